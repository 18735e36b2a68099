"""The frame of pages without a menu: one column, centred, for buyers and the sign-in."""

import reflex as rx


def public_shell(*content: rx.Component, lang: str, wide: bool = False) -> rx.Component:
    """Wrap a public page in `lang`."""
    width = "max-w-lg" if wide else "max-w-sm"
    return rx.el.main(
        rx.el.div(*content, class_name=f"mx-auto flex w-full {width} flex-1 flex-col gap-4"),
        lang=lang,
        class_name="flex min-h-dvh flex-col px-4 py-6",
    )
