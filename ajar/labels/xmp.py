"""The XMP packet that Ajar writes: how the media came about, as IPTC has words for it, and a digest of the media."""

import re
from xml.sax.saxutils import quoteattr

SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""https://cv.iptc.org/newscodes/digitalsourcetype/ is the list of words."""
PACKET = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:ajar="tag:ajar,2026:label/"
    {attributes}/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def packet(source: str, content: str) -> str:
    """``source``: a word of IPTC's list, or nothing; ``content``: the digest of the file without its labels."""
    pairs = [("xmp:CreatorTool", "Ajar")]
    if source:
        pairs.append(("Iptc4xmpExt:DigitalSourceType", SOURCES + source))
    if content:
        pairs.append(("ajar:content", content))
    return PACKET.format(attributes="\n    ".join(f"{name}={quoteattr(value)}" for name, value in pairs))


def source_of(xmp: str) -> str:
    """The word of IPTC's list in a packet, whoever wrote it; empty where there is none."""
    found = re.search(r"DigitalSourceType(?:=[\"']|>\s*|\s+rdf:resource=[\"'])([^\"'<>\s]+)", xmp)
    return found[1].rpartition("/")[2] if found else ""


def content_of(xmp: str) -> str:
    """The digest that Ajar wrote; empty where there is none."""
    found = re.search(r"ajar:content=[\"']([0-9a-z:]+)[\"']", xmp)
    return found[1] if found else ""
