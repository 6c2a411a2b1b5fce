"""Feeds written for these tests: three items each, in every format that can be gated."""

from __future__ import annotations

import json

RSS = """<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet href="feed.css"?>
<!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:x='urn:desk'>
  <channel>
    <title>Quay &amp; harbour</title><language>en</language>
    <x:unknown deep="1"><x:more/></x:unknown>
    <item>
      <title>One – café</title>
      <guid isPermaLink="false">one</guid>
      <content:encoded><![CDATA[<p>Rust & <b>salt</b>.</p>]]></content:encoded>
      <x:desk>sports</x:desk>
    </item>
    <!-- between -->
    <item><link>https://wire.example/two?a=1&amp;b=2</link><description>&lt;p&gt;Two&#8230;</description></item>
    <?keep me?>
    <item><title>Three</title><guid>three</guid></item>
  </channel>
</rss>
"""
RSS_1 = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="https://wire.example/">
    <title>Wire</title><dc:language>en</dc:language>
    <items><rdf:Seq>
      <rdf:li rdf:resource="one"/>
      <rdf:li resource="two"/>
      <rdf:li rdf:resource="three"/>
    </rdf:Seq></items>
  </channel>
  <item rdf:about="one"><title>One</title><description>Rust.</description></item>
  <item rdf:about="two"><title>Two</title></item>
  <item rdf:about="three"><title>Three</title></item>
</rdf:RDF>
"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">
  <title>Wire</title><id>urn:feed</id>
  <entry><id>one</id><title>One</title><content type="xhtml"><div
    xmlns="http://www.w3.org/1999/xhtml"><p>Salt <em>and</em> rust.</p></div></content></entry>
  <entry><title>Two</title><link href="two"/></entry>
  <entry><id>three</id><title type="html">&lt;b>Three&lt;/b></title></entry>
</feed>"""
NEWSML = """<?xml version="1.0" encoding="UTF-8"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">
  <header><sent>2026-11-25T10:00:00Z</sent></header>
  <itemSet>
    <newsItem guid="one" version="2"><itemMeta><itemClass qcode="ninat:text"/>
      </itemMeta><contentMeta><headline>One</headline></contentMeta>
      <contentSet><inlineData contenttype="text/plain">Rust.</inlineData></contentSet></newsItem>
    <packageItem guid="package"><itemMeta/></packageItem>
    <newsItem guid="two"><itemMeta><pubStatus qcode="stat:usable"/></itemMeta></newsItem>
    <newsItem guid="three"><itemMeta><fileName>3</fileName></itemMeta></newsItem>
  </itemSet>
</newsMessage>
"""
JSON_FEED = """{
  "version": "https://jsonfeed.org/version/1.1", "title": "Kaï", "language": "en",
  "items": [
    {"id": "one", "content_text": "Rust [and] \\"salt\\" {at} 1e3 \\u2026", "_desk": {"n": 1.50}},
    {"id": 2, "content_html": "<p>Two – café</p>", "tags": []} ,
    { "url": "three" }
  ],
  "_more": [1, 2.0, null]
}
"""
NINJS = [
    {"uri": "one", "type": "text", "headline": "One", "body_html": "<p>Rust.</p>"},
    {"uri": "two", "bodies": [{"value": "Salt."}], "trustindicators": [{"title": "Our own"}]},
    {"uri": "three", "trustindicator": [], "ednote": "Kaï"},
]
NINJS_LIST = json.dumps(NINJS, ensure_ascii=False, indent=2)
NINJS_ITEMS = json.dumps({"count": 3, "items": NINJS, "next": None})
RECORDS = """[{"id": "one", "text": "Rust."},
 {"id": "two", "text": "Salt \\u00e9"} , {"text": "Tar", "id": "three"}]"""
LINES = (
    '{"id": "one", "text": "Rust and salt.", "price": 1.50}\r\n'
    "\n"
    ' {"id": 2, "text": "Two – café"} \n'
    '{"text": "Three", "id": "three"}'
)

FEEDS: dict[str, str] = {
    "rss": RSS,
    "rss 1.0": RSS_1,
    "atom": ATOM,
    "newsml": NEWSML,
    "json feed": JSON_FEED,
    "ninjs list": NINJS_LIST,
    "ninjs items": NINJS_ITEMS,
    "json": RECORDS,
    "jsonl": LINES,
}
IDS = {
    "rss": ["one", "https://wire.example/two?a=1&b=2", "three"],
    "json feed": ["one", "2", "three"],
    "jsonl": ["one", "2", "three"],
}
SINGLE: dict[str, str] = {
    "newsml": '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="one">'
    "<itemMeta><title/></itemMeta></newsItem>",
    "ninjs": json.dumps(NINJS[0], indent=1),
}
