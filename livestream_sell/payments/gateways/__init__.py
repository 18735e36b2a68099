"""One file per gateway, all behind the Protocol of `base`, listed in `registry`."""
