"""A plot as one SVG element for a page; the same drawing gives the same bytes.

Matplotlib (extra ``plots``) is imported when something is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from garbled.plots.style import SETTINGS, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture with its caption, which is also what a reader who cannot see it is told."""

    svg: str
    caption: str


def picture(name: str, caption: str, fill: Callable[[Axes], None], height: float) -> Plot:
    """Draw on one pair of axes.

    Args:
        name: of the plot, unique in the page.
        caption: what it shows.
        fill: draws.
        height: in inches.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    stream = BytesIO()
    with mpl.rc_context(dict(SETTINGS)):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        fill(figure.subplots())
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return Plot(_inline(stream.getvalue(), name, caption), caption)


def _inline(svg: bytes, name: str, caption: str) -> str:
    """The root element alone, its ids prefixed by the plot's name, its size left to the page."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(svg, parser)
    for metadata in root.findall("{*}metadata"):
        root.remove(metadata)
    for node in root.iter():
        for key, value in node.attrib.items():
            if key == "id":
                node.set(key, f"{name}-{value}")
            elif key.endswith("href") and value.startswith("#"):
                node.set(key, f"#{name}-{value[1:]}")
            else:
                node.set(key, value.replace("url(#", f"url(#{name}-"))
    del root.attrib["width"], root.attrib["height"]
    root.set("role", "img")
    root.set("aria-label", caption)
    return str(etree.tostring(root, encoding="unicode"))
