"""Anthropic's models: what each takes, as section 4.2 tells."""

EFFORTS = ("low", "medium", "high", "xhigh", "max")


class Model:
    def __init__(
        self, context, most, thinking, default, efforts=EFFORTS, cacheable=1024, old=False
    ):
        self.context, self.most = context, most
        self.thinking, self.default = thinking, default  # kinds it takes; what it does unasked
        self.efforts, self.cacheable = efforts, cacheable
        self.old = old  # takes sampling parameters and prefill under the old version


HAIKU_45 = Model(200000, 64000, ("enabled", "disabled"), "disabled", (), 4096, True)
MODELS = {
    "claude-haiku-5-5": Model(1000000, 128000, ("adaptive", "disabled"), "adaptive", cacheable=512),
    "claude-sonnet-5-5": Model(1000000, 128000, ("adaptive", "between_tools"), "adaptive"),
    "claude-opus-5-5": Model(1000000, 128000, ("adaptive",), "adaptive"),
    "claude-haiku-4-5": HAIKU_45,
    "claude-haiku-4-5-20251001": HAIKU_45,
    "claude-sonnet-4-5": Model(200000, 64000, ("enabled", "disabled"), "disabled", (), 1024, True),
}
