"""Small parts that screens are made of. Buyers' parts are in `buyer_*` modules of their own: Reflex bundles
memoised components per Python module, and the checkout must not carry the dashboard."""
