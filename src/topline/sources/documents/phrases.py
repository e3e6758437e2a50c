r"""The words that releases and news pages of any publisher put around what is new, written down by hand.

Each is a regular expression in which a blank stands for a run of blanks and a blank with a question mark for one that
may be absent; inside square brackets ``\x20`` is a blank. Letter case does not matter unless said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(phrases: Iterable[str], flags: int = re.IGNORECASE | re.DOTALL) -> re.Pattern[str]:
    """One pattern that matches any of the phrases."""
    return re.compile(
        "(?:" + "|".join(phrase.replace(" ?", r"\s*").replace(" ", r"\s+") for phrase in phrases) + ")", flags
    )


HEADINGS = {
    "forward-looking": (
        r"(?:[\w.,&’'()-]+ ){0,8}?forward(?:-| )?looking (?:statements?|information)\b",
        r"(?:cautionary|special) (?:statements?|notes?|notice|language|factors)\b",
        r"safe harbou?r\b(?: statements?)?",
        r"disclosure notice\b",
    ),
    "safety": (
        r"(?:[\w®™().,&/-]+ ){0,8}?safety (?:information|summary)\b",
        r"important facts about\b.{0,80}",
        r"indications? (?:and|&) (?:usage|limitations? of use)",
        r"(?:selected|approved) (?:[\w®™().-]+ ){0,6}(?:indications?|uses?)\b",
        r"(?-i:(?:[A-Z0-9®™+&/().,-]+ ){1,10}INDICATIONS?\b)",
        r"(?:u\.?s\.? |full )prescribing information\b",
        r"what is the most important information\b.{0,80}",
    ),
    "contact": (
        (
            r"(?:[\w.,&’'()-]+ ){0,4}?(?:media|press|investors?|analysts?|corporate|company|public)\b"
            r"(?: (?:(?:and|&|/) )?[\w-]+){0,3} (?:contacts?|relations|inquiries|enquiries)\b"
        ),
        r"contacts?(?: information)?\b",
        r"refer to\b",
        r"for (?:further|more|additional) information\b",
    ),
    "legal": (
        r"disclaimers?\b",
        r"legal notices?\b",
        r"no offer\b(?: or solicitation)?",
        r"participants in (?:the )?solicitation\b",
        r"trademarks?\b",
        (
            r"(?:important |additional )+information (?:for|about|and|regarding) (?:the |u\.?s\.? |investors"
            r"|shareholders|where)"
            r"[\w\x20.,&]*"
        ),
        r"where (?:you can|to) find (?:it|additional)\b[\w\x20]*",
        r"(?:use of )?non-?(?:gaap|ifrs)\b[\w\x20-]*",
        r"availability of (?:other )?information\b[\w\x20]*",
        r"(?:use of )?(?:digital|social) media\b",
        r"(?:inside|regulated) information\b",
        r"notice to (?:investors|shareholders|u\.?s)\b[\w\x20.]*",
    ),
    "notes": (
        r"editor[’']?s?[’']? notes?\b",
        r"notes? (?:to|for) (?:the )?(?:editors?|journalists)\b",
        r"(?:references|bibliography|footnotes?|end ?notes?|sources)\b",
        r"(?:investor |conference )(?:[\w-]+ )?(?:call|webcast|event)\b[\w,\x20]*",
        r"(?:live )?webcast\b[\w,\x20]*",
        r"multimedia\b",
    ),
}
"""The headings of a release's standing parts, by kind; "About …" has rules of its own."""

LABEL = (
    r"indications?",
    r"(?:u\.?s\.? )?indications? (?:for|of|in the) [A-Z][\w®™().\x20-]{1,60}",
    r"limitations? of use",
    r"prescribing information",
    r"what (?:is|are) [\w®™-]+(?: \([\w-]+\))?\?",
    r"boxed warning",
)
"""Headings that are a standing part's only where safety information follows: a story may have them too."""

INLINE = {
    "forward-looking": (
        r"(?i:cautionary (?:statement|note)s? (?:regarding|concerning|on|about) forward)",
        r"(?i:forward(?:-| )looking statements?\b)",
        r"(?i:safe harbou?r\b)",
        r"(?i:disclosure notice\b)",
    ),
    "safety": (
        r"(?:U\.?S\.? )?(?:INDICATIONS? (?:AND|&) )?(?:IMPORTANT|SELECTED) SAFETY INFORMATION\b",
        r"(?:U\.?S\.? )?(?:Indications? (?:and|&) )?(?:Important|Selected) Safety Information\b",
        r"INDICATIONS? AND USAGE\b",
    ),
    "contact": (r"(?:Media|Investor|Press|Company) (?:Contacts?|Relations|[Ii]nquiries) ?:", r"Contacts? ?:"),
    "legal": (
        r"Disclaimer ?:",
        r"No Offer or Solicitation\b",
        r"Additional [Ii]nformation (?:for (?:U\.?S\.?|shareholders)|and Where)",
    ),
    "notes": (r"NOTES TO EDITORS\b", r"Notes? to [Ee]ditors\b", r"REFERENCES\b", r"References ?:? 1[. ]"),
}
"""The same at the start of a sentence in running text. Case matters: a sentence may begin with such words in small."""

FORWARD = (
    (
        r"\b(?:this|the|our) (?:(?:press|news|media) )?"
        r"(?:release|announcement|communication|document|statement|update|report|presentation)\b.{0,80}?"
        r"\b(?:contains?|includes?|may contain|may include|constitutes?)\b.{0,60}?\bforward(?:-| )looking"
    ),
    r"\bstatements?\b.{0,150}?\b(?:is|are|may be|constitute|considered|deemed)\b.{0,60}?\bforward(?:-| )looking",
    r"\bforward(?:-| )looking statements? (?:include|are|can be|may be|involve|within|as defined|relat)",
    r"\bprivate securities litigation reform act",
    r"\bexcept for (?:the )?historical information",
    (
        r"\b(?:undertakes?|assumes?|has|have|accepts?|disclaims?) (?:no|any)"
        r" (?:duty|obligation|intention|responsibility)"
        r"(?: \w+){0,3} to (?:publicly )?(?:update|revise|release)"
    ),
)
"""What only a sentence on forward-looking statements says."""

RISK = (
    r"forward(?:-| )looking", r"\brisks?\b", r"uncertaint", r"actual results", r"\bundertakes?\b", r"\bfactors\b",
    r"form (?:10-[kq]|20-f|8-k|6-k)", r"such statements", r"securities and exchange",
    r"no (?:duty|obligation|guarantee|assurance)",
)  # fmt: skip
"""What the paragraphs after such a sentence speak of."""

NOTICES = (
    (
        r"(?:please )?(?:see|refer to|click here for|read|visit)\b.{0,120}\b"
        r"(?:prescribing information|medication guide|boxed warning|product information|instructions for use)\b"
    ),
    r"(?:©|\(c\) |copyright\b).{0,200}",
    r".{0,100}\b(?:registered )?trademarks? (?:of|are|is|owned)\b.{0,200}",
    r".{0,60}\ball rights reserved\b.{0,60}",
    (
        r"(?:not |intended )?for (?:u\.?s\.?|uk|non-us|release|publication|distribution|media|medical)\b.{0,120}"
        r"\b(?:only|release|publication|distribution|media|states|jurisdiction)\b.{0,120}"
    ),
    (
        r"this (?:press release|announcement|news release) (?:contains|constitutes|includes) (?:inside"
        r"|regulated) information\b"
    ),
    (
        r"(?:to learn more|learn more|follow us|for more information|more information)\b.{0,60}"
        r"\b(?:visit|www\.|https?:|twitter|linkedin|facebook|instagram|youtube|at)\b"
    ),
    r"(?:ad hoc announcement|inside information) pursuant to\b",
)
"""How a sentence or line begins that is a notice by itself."""

FURNITURE = (
    (
        r"(?:\S+ ){0,2}(?:subscribe|sign ?(?:in|up|out)|log ?(?:in|out)|register|newsletters?|cookies?"
        r"|javascript)\b(?: \S+){0,4}"
    ),
    r"(?:\S+ ){0,2}(?:ad ?blocker|advertise(?:ment)?s?|skip to (?:main )?content|toggle|menu|search)\b(?: \S+){0,3}",
    r"(?:\S+ ){0,1}(?:share(?: this| on)?|print|e-?mail|bookmark|save|listen|copy link|follow us)\b(?: \S+){0,2}",
    r"download (?:the |as )?(?:pdf|app)\b.{0,60}",
    (
        r"(?:pictured|photo(?:graph)?s?|image|illustration|credit|caption|courtesy|source)\b ?"
        r"(?:[:/|(]|by\b|of\b|source\b|credit|courtesy).{0,300}"
    ),
    r"(?:getty|i?stock|shutterstock|reuters|bloomberg|ap photo|afp|alamy|adobe ?stock|pexels|unsplash)\b.{0,80}",
    r"by (?-i:[A-Z])[\w.'’-]+(?: (?-i:[A-Z])[\w.'’-]+){0,4}.{0,80}",
    r"(?:written|reviewed|reported|edited) by\b.{0,80}",
    r"\d+ ?min(?:ute)?s? (?:to )?read\b.{0,40}",
    (
        r"(?:last )?(?:published|updated|posted)(?: on| at)? ?:? ?(?:(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr"
        r"|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d).{0,60}"
    ),
    r"home(?: ?[|>/»] ?.{0,80})?",
    (
        r"(?:[\w&-]+ ){0,3}(?:news|press|media|investor|company|corporate|trading) (?:releases?|updates?"
        r"|information|statements?"
        r"|announcements?|communiqu[eé]s?)"
    ),
    r"for immediate release\b.{0,40}",
    r"back to\b.{0,40}",
    r"[|·•:*\s-]+",
)
"""Lines of the page around an article, above it."""

WORDY_FURNITURE = (
    r"\b(?:we|this (?:site|website)) uses? cookies",
    r"\b(?:accept|manage) (?:all )?cookies",
    r"\bprivacy policy",
    r"\benable javascript",
    r"\bterms of (?:use|service)",
    r"\bget (?:the|our) .{0,40}(?:newsletter|in your inbox)",
    r"\bsign up (?:for|to)\b",
    r"\bsubscribe (?:to|for|now|today)\b",
    r"\balready a subscriber",
    r"\bto continue reading",
)
"""What sentences of that page say."""

CLOSE = (
    r"(?:# ?){3,}",
    r"[-–—*\s]*(?:the )?(?:ends?|e n d s?)[-–—*\s]*",
    r"[-–—]+ ?30 ?[-–—]+",
    r"view (?:source|original) (?:version|content)\b.*",
    r"(?-i:SOURCE):? (?-i:[A-Z]).{0,100}",
    r"more on this (?:topic|story|subject).{0,40}",
    r"\(?(?:(?:additional|further) )?reporting (?:and (?:writing|editing) )?by\b.*",
    r"\(?(?:writing|editing) by\b.*",
    r"our standards:.*",
    r"(?:about|meet|more (?:from|by)) the (?:authors?|reporters?|writers?)\b.{0,60}",
    r"©.*",
    r"copyright\b.{0,200}",
    r".{0,100}\ball rights reserved\b.{0,100}",
    r"(?:leave|post|write|add) a (?:comment|reply)\b.{0,40}",
    r"(?:\d+ )?comments?(?: \(\d+\))?",
    r"(?:privacy policy.{0,40})?terms of (?:use|service).{0,40}",
    r"back to top.{0,20}",
)
"""Lines after which nothing of the article follows."""

ASIDE = (
    (
        r"(?:related|recommended|popular|trending|latest|featured|top|more|other|further|recent|similar"
        r"|sponsored|suggested|next)"
        r"(?: (?:articles?|stor(?:y|ies)|content|news|coverage|topics?|reading|posts?|headlines?|links?"
        r"|insights?|reads?|on|from"
        r"|in|for|you|now|jobs|events|videos?|podcasts?|press|releases?)){1,4} ?:?"
    ),
    r"(?:related|recommended|trending|featured|sponsored|suggested) ?:?",
    (
        r"(?:related|see also|read (?:more|also|next)|more|also read|up next|don[’']t miss"
        r"|in case you missed it) ?[:|>»].{0,200}"
    ),
    r"(?:read (?:more|next|also)|see also|up next|keep reading|what to read next)",
    r"most (?:read|popular|viewed|shared|recent)\b.{0,20}",
    r"editor[’']?s?[’']? (?:picks?|choice)",
    r"you (?:may|might) (?:also )?(?:like|be interested|enjoy)\b.{0,30}",
    r"from (?:our|the) (?:partners?|network|archives?)\b.{0,20}",
    r"more (?:from|news|stories|headlines)\b.{0,40}",
    r"(?:tags?|topics?|filed under|categories|keywords) ?:?",
    r"(?:tags?|topics?|filed under|categories|keywords) ?:.{0,200}",
    r"share this\b.{0,60}",
    r"share ?:?",
    r"advertisement",
    r"(?:sponsored|presented) by\b.{0,60}",
    r"sources? ?: .{0,100}",
    r"follow us\b.{0,60}",
    r"(?:subscribe|sign up)\b.{0,120}",
    r"newsletters?",
    r"get (?:the|our)\b.{0,60}\b(?:newsletter|inbox)\b.{0,60}",
    r"(?:\[)?(?:embedded|image|video|photo|advertisement)(?:\])?",
)
"""Lines that lead to other stories, or interrupt; the article may go on after them."""

_ROLE = r"(?:writer|reporter|journalist|editor|correspondent|columnist|freelancer)s?\b"
BIO = (
    r"(?:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}|He|She|They) (?:is|was|has been) (?:[\w’'-]+ ){1,8}?" + _ROLE,
    r"(?:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}|He|She|They) (?:joined|covers|writes about"
    r"|reports on) .{0,80}? (?:for|as) "
    r"(?:[\w’'-]+ ){0,6}?(?:" + _ROLE + r"|[A-Z])",
)
"""How a note on the author begins; case matters."""

REACH = (
    r"\b(?:can|may) be (?:reached|contacted|followed)\b.{0,60}(?:@|linkedin|twitter|bluesky|signal\b)",
    (
        r"\b(?:reach|contact|e-?mail|follow|message) (?:him|her|them|the (?:author|reporter)|(?-i:[A-Z])\w+)"
        r" (?:at|on|via|by|through)\b.{0,60}(?:@|linkedin|twitter|bluesky|signal\b)"
    ),
)
"""What such a note says further."""
