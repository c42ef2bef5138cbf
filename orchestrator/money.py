"""The cap on spending, asked when planning and again before every send."""

# Prices are added up as floating numbers; a millionth of a cent is no overrun.
_DUST = 1e-8


def exceeds(cap: float | None, spent: float, price: float) -> bool:
    """Whether one more post at ``price`` would go over the cap (all in US dollars)."""
    return cap is not None and spent + price > cap + _DUST
