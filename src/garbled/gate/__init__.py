"""A gate for feeds: the same format in and out, what is held taken out, all else as it came.

>>> from garbled import Scorer
>>> item = b"<item><title>Pier</title><description>It reopened.</description></item>"
>>> feed = b"<rss><channel>" + item + b"</channel></rss>"
>>> with Scorer(tier="fast") as scorer:
...     gated = gate(open_envelope(feed), "pier.xml", scorer)
>>> gated.output == feed, dict(gated.verdicts)
(True, {'pass': 1})
"""

from garbled.gate.annotation import NAMESPACE
from garbled.gate.envelope import Envelope, GateFormat
from garbled.gate.files import replace_file
from garbled.gate.held import Held, add_to_side_file
from garbled.gate.opening import MAX_BYTES, open_envelope
from garbled.gate.run import Gated, GateOptions, gate

__all__ = [
    "MAX_BYTES",
    "NAMESPACE",
    "Envelope",
    "GateFormat",
    "GateOptions",
    "Gated",
    "Held",
    "add_to_side_file",
    "gate",
    "open_envelope",
    "replace_file",
]
