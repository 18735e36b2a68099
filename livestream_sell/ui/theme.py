"""Every token of the look. Screens use the names (`bg-surface`, `text-muted`), never a colour value."""

from typing import Any

# Contrast on `canvas`: ink 19.1, muted 7.8, faint 5.9, link 6.2, success 15.1, warn 10.9, danger 6.8.
# `primary` as text has only 4.1, so it is a fill under white text (4.8) and `link` is its text tint.
COLOURS = {
    "canvas": "#09090b",
    "surface": "#131316",
    "raised": "#1b1b20",
    "line": "#2a2a31",
    "line-strong": "#3f3f46",
    "ink": "#fafafa",
    "muted": "#a1a1aa",
    "faint": "#8e8e99",
    "primary": "#0866ff",
    "primary-strong": "#0756d6",
    "link": "#4d8dff",
    "success": "#67ff08",
    "warn": "#ffb020",
    "danger": "#ff6b6b",
    "danger-fill": "#c81e1e",
    # Signs of the ways to pay.
    "pay-mercado-pago": "#00bcff",
    "pay-flow": "#c4a6ff",
    "pay-paypal": "#ffc439",
}
FONT = "Geist, ui-sans-serif, system-ui, sans-serif"
# 4 px grid: Tailwind's spacing unit is 0.25rem. Two breakpoints, `sm` and `lg`, and no others.
SCREENS = {"sm": "640px", "lg": "1024px"}


def tailwind() -> dict[str, Any]:
    """Return the Tailwind configuration of the whole program; own components in `assets/` are scanned too."""
    return {
        "theme": {
            "screens": SCREENS,
            "extend": {"colors": COLOURS, "fontFamily": {"sans": FONT.split(", ")}},
        },
        "content": [
            "./app/**/*.{js,jsx}",
            "./app_components/**/*.{js,jsx}",
            "./components/**/*.{js,jsx}",
            "./public/*.js",
        ],
    }
