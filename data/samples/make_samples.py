"""Rebuild every sample that is derived from originals/: retranslations, pages, feeds, pairs.

The retranslations are what Apertium prints, paragraph by paragraph, with nothing edited.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from lxml import etree

from garbled.corpora import apertium
from garbled.errors import ResourceError

HERE = Path(__file__).parent
SITE = "https://tidewire.example"
CHAINS = {
    name: apertium.CHAINS[name] for name in ("en-es-en", "en-es-fr-es-en", "en-ca-en", "en-gl-en")
}
ROLES = (
    ("byline", re.compile(r"By [A-Z]")),
    ("caption", re.compile(r"PHOTO: ")),
    ("credit", re.compile(r"Reporting by ")),
    ("newsletter", re.compile(r"Sign up |Subscribe |Get the latest ")),
    ("related", re.compile(r"(Related|Read more): ")),
    ("subhead", re.compile(r"[A-Z ]+$")),
)
NEWSLETTER = "Start the day with Tidewire Morning, our free round-up of the news that matters."
ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
CREATOR = "http://purl.org/dc/elements/1.1/"


@dataclass(frozen=True)
class Article:
    """One version of an article: the paragraphs (headline first) keep the original's roles."""

    stem: str
    chain: str | None
    paragraphs: tuple[str, ...]
    roles: tuple[str, ...]
    published: datetime
    section: str
    language: str

    @property
    def name(self) -> str:
        return f"{self.stem}.{self.chain}" if self.chain else self.stem

    @property
    def headline(self) -> str:
        return self.paragraphs[0]

    @property
    def author(self) -> str:
        return self.first("byline").partition(" ")[2]  # after "By", or what became of it

    @property
    def url(self) -> str:
        return f"{SITE}/{self.section.lower()}/{self.published:%Y/%m/%d}/{self.stem[3:]}"

    def first(self, role: str) -> str:
        return next(
            (text for r, text in zip(self.roles, self.paragraphs, strict=True) if r == role), ""
        )


def role_of(paragraph: str) -> str:
    return next((role for role, pattern in ROLES if pattern.match(paragraph)), "body")


def read_original(stem: str, facts: Mapping[str, str]) -> Article:
    text = (HERE / "originals" / f"{stem}.txt").read_text(encoding="utf-8")
    paragraphs = tuple(text.strip().split("\n\n"))
    roles = ("headline", *map(role_of, paragraphs[1:]))
    published = datetime.fromisoformat(facts["published"])
    return Article(stem, None, paragraphs, roles, published, facts["section"], facts["language"])


@cache
def translate(mode: str, text: str) -> str:
    """One paragraph through one Apertium mode; ``-u`` leaves unknown words unmarked."""
    try:
        return apertium.translate(mode, text)
    except ResourceError as error:
        raise SystemExit(f"make_samples: apertium failed on {text[:60]!r}: {error}") from error


def retranslate(article: Article, chain: str) -> Article:
    def through(text: str) -> str:
        for mode in CHAINS[chain]:
            text = translate(mode, text)
        return text

    with ThreadPoolExecutor(max_workers=2) as pool:
        paragraphs = tuple(pool.map(through, article.paragraphs))
    return replace(article, chain=chain, paragraphs=paragraphs, language="en")


def check_apertium() -> None:
    if shutil.which("apertium") is None:
        raise SystemExit(
            "make_samples: apertium is not installed; on Debian: apt-get install "
            "apertium apertium-eng-spa apertium-fr-es apertium-eng-cat apertium-en-gl"
        )
    listed = subprocess.run(["apertium", "-l"], capture_output=True, text=True, check=True)  # noqa: S607
    missing = {mode for chain in CHAINS.values() for mode in chain} - set(listed.stdout.split())
    if missing:
        raise SystemExit(f"make_samples: apertium lacks the modes {', '.join(sorted(missing))}")


def all_versions(articles: Mapping[str, Mapping[str, str]]) -> dict[str, Article]:
    versions: dict[str, Article] = {}
    for number, (stem, facts) in enumerate(articles.items(), 1):
        original = read_original(stem, facts)
        retranslations = [retranslate(original, chain) for chain in CHAINS]
        versions |= {version.name: version for version in (original, *retranslations)}
        print(f"\r{number}/{len(articles)} articles retranslated", end="", file=sys.stderr)
    print(file=sys.stderr)
    return versions


def pairs(versions: Mapping[str, Article]) -> Iterator[dict[str, str]]:
    for version in versions.values():
        if version.chain:
            original = versions[version.stem].paragraphs
            for index, texts in enumerate(zip(original, version.paragraphs, strict=True)):
                yield {
                    "id": f"{version.stem}:{index}",
                    "chain": version.chain,
                    "original": texts[0],
                    "retranslated": texts[1],
                }


def paragraph_html(role: str, text: str) -> str:
    if role == "caption":
        caption, _, credit = text.partition(": ")[2].rpartition(". ")
        return (
            '<figure><img src="/images/lead.jpg" alt="">\n'
            f"<figcaption>{html.escape(caption)}. "
            f'<span class="credit">{html.escape(credit)}</span></figcaption></figure>'
        )
    tag = {"subhead": "h2", "credit": 'p class="sign-off"'}.get(role, "p")
    return f"<{tag}>{html.escape(text, quote=False)}</{tag.split()[0]}>"


def article_html(article: Article, leave_out: frozenset[str]) -> str:
    blocks = zip(article.roles, article.paragraphs, strict=True)
    return "\n".join(paragraph_html(*block) for block in blocks if block[0] not in leave_out)


def json_ld(article: Article, *, with_body: bool) -> str:
    record: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "author": [{"@type": "Person", "name": name} for name in article.author.split(" and ")],
        "datePublished": article.published.isoformat(),
        "inLanguage": article.language,
        "articleSection": article.section,
        "publisher": {"@type": "NewsMediaOrganization", "name": "Tidewire"},
        "mainEntityOfPage": article.url,
    }
    if with_body:
        body = zip(article.roles, article.paragraphs, strict=True)
        record["articleBody"] = "\n\n".join(text for role, text in body if role == "body")
    return json.dumps(record, ensure_ascii=False).replace("</", "<\\/")


def related_links(article: Article, versions: Mapping[str, Article]) -> str:
    others = [v for v in versions.values() if v.chain == article.chain and v.stem != article.stem]
    start = int(article.stem[:2])
    links = [(v.url, v.headline) for v in (others + others)[start : start + 3]]
    if own := article.first("related").partition(": ")[2]:
        links.insert(0, (f"{SITE}/explainers", own))
    return "\n".join(f'<li><a href="{url}">{html.escape(text)}</a></li>' for url, text in links)


def page(article: Article, versions: Mapping[str, Article], catalogue: Mapping[str, Any]) -> str:
    in_template = frozenset({"headline", "byline", "newsletter", "related"})
    blocks = article_html(article, in_template)
    again = f'<section class="print-version">\n<h1>{html.escape(article.headline)}</h1>\n'
    has_print_version = article.name in catalogue["pages_with_print_version"]
    with_body = article.name in catalogue["pages_with_article_body"]
    texts = {
        "language": article.language,
        "headline": article.headline,
        "byline": article.first("byline"),
        "author": article.author,
        "lede": article.first("body"),
        "section": article.section,
        "url": article.url,
        "published": article.published.isoformat(),
        "date": f"{article.published:%B %-d, %Y}",
        "newsletter": article.first("newsletter") or NEWSLETTER,
    }
    return Template((HERE / "page.template.html").read_text(encoding="utf-8")).substitute(
        {key: html.escape(text) for key, text in texts.items()},
        article=blocks,
        json_ld=json_ld(article, with_body=with_body),
        related=related_links(article, versions),
        print_version=f"{again}{blocks}\n</section>" if has_print_version else "",
    )


def add(parent: Any, tag: str, text: str = "", **attributes: str) -> Any:
    element = etree.SubElement(parent, tag, attributes)
    element.text = text or None
    return element


def guid(article: Article) -> str:
    return f"tag:tidewire.example,2025:{article.name}"


def rss(articles: list[Article]) -> bytes:
    root = etree.Element("rss", version="2.0", nsmap={"content": CONTENT, "dc": CREATOR})
    channel = add(root, "channel")
    add(channel, "title", "Tidewire: latest")
    add(channel, "link", SITE)
    add(channel, "description", "The latest stories from Tidewire")
    add(channel, "language", "en")
    for article in articles:
        item = add(channel, "item")
        add(item, "title", article.headline)
        add(item, "link", article.url)
        add(item, "guid", guid(article), isPermaLink="false")
        add(item, "pubDate", format_datetime(article.published))
        add(item, f"{{{CREATOR}}}creator", article.author)
        add(item, "category", article.section)
        add(item, "description", article.first("body"))
        content = article_html(article, frozenset({"headline"}))
        add(item, f"{{{CONTENT}}}encoded").text = etree.CDATA(content)
    return xml_bytes(root)


def atom(articles: list[Article]) -> bytes:
    root = etree.Element("feed", nsmap={None: ATOM})
    add(root, "title", "Tidewire: latest")
    add(root, "id", "tag:tidewire.example,2025:latest")
    add(root, "link", href=f"{SITE}/feed.atom", rel="self")
    add(root, "updated", max(article.published for article in articles).isoformat())
    for article in articles:
        entry = add(root, "entry")
        add(entry, "title", article.headline)
        add(entry, "id", guid(article))
        add(entry, "link", href=article.url)
        add(entry, "published", article.published.isoformat())
        add(entry, "updated", article.published.isoformat())
        add(add(entry, "author"), "name", article.author)
        add(entry, "summary", article.first("body"))
        add(entry, "content", article_html(article, frozenset({"headline"})), type="html")
    return xml_bytes(root)


def xml_bytes(root: Any) -> bytes:
    etree.indent(root)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def write_samples(versions: Mapping[str, Article], catalogue: Mapping[str, Any], out: Path) -> None:
    (out / "text").mkdir(parents=True, exist_ok=True)
    (out / "pages").mkdir(exist_ok=True)
    for stem, facts in catalogue["articles"].items():
        article = versions[f"{stem}.{facts['chain']}"]
        text = "\n\n".join(article.paragraphs) + "\n"
        (out / "text" / f"{article.name}.txt").write_text(text, encoding="utf-8")
    for name in catalogue["pages"]:
        content = page(versions[name], versions, catalogue)
        (out / "pages" / f"{name}.html").write_text(content, encoding="utf-8")
    (out / "feed.xml").write_bytes(rss([versions[name] for name in catalogue["feed"]]))
    (out / "feed.atom").write_bytes(atom([versions[name] for name in catalogue["atom"]]))
    lines = (json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs(versions))
    (out / "pairs.jsonl").write_text("".join(lines), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="where to write (default: here)")
    out: Path = parser.parse_args().out
    check_apertium()
    catalogue: dict[str, Any] = json.loads((HERE / "catalogue.json").read_text(encoding="utf-8"))
    write_samples(all_versions(catalogue["articles"]), catalogue, out)


if __name__ == "__main__":
    main()
