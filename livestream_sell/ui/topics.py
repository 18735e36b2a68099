"""Which events make which screens read again: the names of the events, and rows of the comment feed."""

from livestream_sell import events

# Any comment; and comments that moved pieces or carts.
FEED, CLAIMS = "feed", "claims"

ORDERS = [
    event.__name__ for event in (events.OrderChanged, events.OrderPaid, events.OrderExpired, events.PaymentNeedsReview)
]
STOCK = [events.StockChanged.__name__]
LIVE = [events.LiveChanged.__name__]
MESSAGES = [events.MessageFailed.__name__, events.BuyerWrote.__name__]
MODEL = [events.ModelNeedsAttention.__name__, events.ModelRecovered.__name__]
PAGE = [events.PageNeedsAttention.__name__]
