"""The language that a buyer picks at the checkout: for this order and for all that the store says from now on."""

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.messaging import service as messaging
from livestream_sell.orders import checkout


async def choose_at_checkout(session: AsyncSession, token: str, language: str) -> None:
    """Keep a buyer's choice.

    Raises:
        UnknownLink: there is no such order.
    """
    store_id, customer_fb_id = await checkout.choose_language(session, token, language)
    await messaging.choose_languages(session, [(store_id, customer_fb_id, language)])
