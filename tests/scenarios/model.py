"""The vendor's stand-in that plays the model in scenarios."""


def missing():
    """Why no model can play; None: one can."""
    return "no model script"


class StandIn:
    settings = {}
