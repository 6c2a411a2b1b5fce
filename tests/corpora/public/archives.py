"""Archives as the public corpora are laid out, with sentences of our own in them."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping

ORIGINALS = (
    "The harbour board said on Monday that the old pier would close until the spring.",
    "Work worth 3.5 million pounds is due to begin in January & end in May.",
    "Shopkeepers on the front fear that it will cost them half of their winter trade.",
)
COPIES = (
    "The meeting of the harbour has said in monday that the old quay will be closed.",
    "Works by value of 3,5 millions of pounds they have to begin in January & finish in May.",
    "The shopkeepers of the forehead fear that it will cost to them the half of his commerce.",
)
HUMAN = (
    "The port authority announced on Monday that the old jetty would stay shut until spring.",
    "Repairs costing 3.5 million pounds should start in January & be over by May.",
    "Traders on the seafront are afraid of losing half of what they make in winter.",
)


def tar(members: Mapping[str, str | bytes], mode: str = "w:gz") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def pack_zip(members: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def sgm(kind: str, segments: tuple[str, ...], origlang: str = "en") -> str:
    """Two documents: the first two segments, and the third."""
    quoted = [text.replace("&", "&amp;") for text in segments]
    return (
        f'<{kind}set setid="newstest" srclang="any" trglang="en">\n'
        f'<doc sysid="x" docid="paper.1" genre="news" origlang="{origlang}">\n<p>\n'
        f'<seg id="1">{quoted[0]}</seg>\n<seg id="2">{quoted[1]}</seg>\n</p>\n</doc>\n'
        f'<DOC docid="paper.2" origlang="de">\n<seg id="1"> {quoted[2]} </seg>\n</DOC>\n'
        f"</{kind}set>\n"
    )


def xml_version(tag: str, attributes: str, segments: tuple[str, ...]) -> str:
    body = "".join(
        f'<p><seg id="{n}">{text.replace("&", "&amp;")}</seg></p>'
        for n, text in enumerate(segments, start=1)
    )
    return f'<{tag} lang="en" {attributes}>{body}</{tag}>'


def wmt_xml() -> str:
    """A document with two references and a system, one of a test suite, one without a reference."""
    return (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<dataset id="wmttest"><collection id="general">'
        '<doc origlang="en" id="paper.1" domain="news">'
        '<src lang="de"><p><seg id="1">Der Kai.</seg></p></src>'
        + xml_version("ref", 'translator="A"', HUMAN)
        + xml_version("ref", 'translator="B"', ORIGINALS)
        + xml_version("hyp", 'system="Online-X"', COPIES)
        + '</doc><doc origlang="en" id="suite" testsuite="x">'
        + xml_version("ref", 'translator="A"', ORIGINALS)
        + xml_version("hyp", 'system="Online-X"', COPIES)
        + '</doc><doc origlang="de" id="paper.2">'
        + xml_version("hyp", 'system="Online-X"', COPIES)
        + "</doc></collection></dataset>"
    )


def lines(segments: tuple[str, ...]) -> str:
    return "".join(f"{segment}\n" for segment in segments)


def bomb(n_bytes: int) -> bytes:
    """A gzip stream, small, that unpacks to so many zeros."""
    return gzip.compress(b"\0" * n_bytes)
