"""Whether a sentence tells results, and what tells money, plans, definitions, background or harm instead."""

from __future__ import annotations

import re

from topline.sources.page import Page, Sentence

_MONEY = re.compile(
    r"\b(?:shares?|stocks?|shareholders?|stockholders?|market cap\w*|market value|price targets?"
    r"|pre-?market|after-hours|after hours|trading|investors? (?:sent|punish)|revenues?|net sales"
    r"|peak sales|annual sales|sales (?:of|grew|rose|fell|forecast|estimate)|royalt(?:y|ies)"
    r"|milestones?|up-?front|per share|workforce|employees|headcount|positions|layoffs?|jobs|cash"
    r"|interest rate|interest of|owns?|ownership|stake|vest(?:s|ed|ing)?|dividends?"
    r"|market (?:share|size|opportunity|for)|global market|forecast|consensus|year-over-year"
    r"|(?:first|second|third|fourth|last|this|fiscal|the) quarter|gross margin|expenses|tax"
    r"|premium|discount|warrants?|notes due|coupon|principal|dilut\w+|list price|copay|rebates?"
    r"|prescriptions?|insur\w+|Medicare|likelihood|probability|odds of (?:success|approval)"
    r"|chance of)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:will|would|could|might|may|should|expect(?:s|ed|ing)? (?:to|a|the|that)|had (?:expected"
    r"|forecast|predicted|modell?ed|hoped)|forecast(?:s|ed|ing)?|predict(?:s|ed|ing)?"
    r"|were expecting|expectations?|hoped|hoping|hopes|anticipat\w+|aims? to|aimed to|intend(?:s"
    r"|ed)? to|plans? to|planned|designed to|powered (?:to|at)|is powered|assum\w+|hypothes\w+"
    r"|with (?:a|the) goal of|target(?:ed)? (?:of|reduction|enrol)|needed to|would need|to detect"
    r"|bar (?:of|for|was)|looking for|modell?ed|simulat\w+|project(?:s|ed|ions?) (?:to|that"
    r"|growth)|estimates? that|if approved|[Ii]f |whether|assess(?:es|ing) (?:whether|the)"
    r"|to evaluate|to assess|to determine|to demonstrate)\b"
)
_DEFINITION = re.compile(
    r"\b(?:defined (?:as|by)|definition|is (?:the|a) (?:proportion|percentage|change|measure)"
    r"|(?:end ?points?|objectives?|outcomes?)(?: of the (?:study|trial))? (?:is|are|include[sd]?"
    r"|was|were|(?:was|were) (?:assessed|measured|evaluated))[:,]? (?:the )?(?:proportion"
    r"|percentage|change|number|rate|time|incidence|occurrence|mean change|safety)|eligib\w+"
    r"|inclusion criteria|exclusion|stratifi\w+|were required to|must have|randomi[sz]ed (?:in a "
    r"|equally |\d:\d)|score ranges|scale (?:ranges|of \d|from))\b",
    re.IGNORECASE,
)
_RESULT_AFTER = re.compile(
    r"\b(?:and|with) (?:the )?results? (?:showed|was|were)|\b(?:showed|was|were) (?:[-\d]|that \d)"
    r"|(?<=\d)\s?(?:%|months|points) (?:vs|versus|compared)"
)
_BASELINE = re.compile(
    r"\b(?:baseline characteristics|baseline demographics|mean age|median age|years of age"
    r"|were (?:female|male|women|men|white|black|asian|hispanic|caucasian)"
    r"|had (?:previously )?(?:received|been treated)|prior (?:lines|therap|treatment)"
    r"|previously treated with|treatment-na[iï]ve|at study entry|were enrolled (?:in|at|from)"
    r"|history of|(?:of patients|participants|them) (?:were|had) (?:an? )?(?:ECOG|diabet|history"
    r"|prior|brain))",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"\b(?:affect(?:s|ing)|(?:an|is|are|it is) estimated(?! (?:mean |median |treatment "
    r"|placebo-adjusted )?(?:difference|reduction|hazard|efficacy))|estimated (?:\d|to )|prevalen\w+"
    r"|incidence (?:of|in) the (?:U\.?S|United|general)|accounts? for|worldwide|in the (?:U\.S\."
    r"|United States|EU|European Union|world)|globally|each year|every year|million (?:people"
    r"|adults|patients|Americans|women|men|children)|leading cause|lifetime|diagnosed (?:each"
    r"|every|with|in)|epidemi\w+|general population|more common in|are living|living with"
    r"|newly diagnosed|is (?:a|an) (?:chronic|rare|common|progressive|serious|debilitating"
    r"|inherited|autoimmune|genetic)|(?:typically|commonly|generally|usually|historically"
    r"|often) \w+|of all (?:cases|cancers|patients with)|(?:one|1) in (?:every )?\w+ (?:adults"
    r"|people|women|men|Americans|children) (?:has|have|will|live)|five-year survival rate"
    r"|patients with \w+ (?:do not|fail to|develop|experience|progress|die|relapse|have|are)"
    r"|up to \d+(?:%| percent) of (?:all )?(?:patients|people|those|individuals|children|women|men"
    r"|adults)(?: (?:with|who) [\w ]{3,40})? (?:do|fail|will|develop|experience|progress|die"
    r"|relapse|have|are|suffer|remain)|do not respond|remain(?:s)? (?:uncontrolled|undiagnosed)"
    r"|unmet|considered (?:clinically |a clinically )?(?:meaningful|important|relevant)"
    r"|minimal(?:ly)? (?:clinically )?important)\b",
    re.IGNORECASE,
)
_HARM = re.compile(
    r"\b(?:adverse|AEs?|TEAEs?|TRAEs?|SAEs?|side effects?|safety|tolerab\w+|tolerated"
    r"|treatment-emergent|treatment-related|drug-related|discontinu\w+|drop-?outs?|dropped out"
    r"|withdr[ae]w\w*|Grades? (?:[1-5]|≥)|grades? (?:[1-5]|≥)|serious (?:infections?|bleeding)"
    r"|reactogenicity|solicited|injection[- ]site|infusion[- ](?:related )?reactions?"
    r"|reversible|related to (?:the )?(?:study |trial )?(?:treatment|drug|therapy)|dose (?:reductions?"
    r"|interruptions?|modifications?)|hepatotox\w+|toxicit\w+|suicid\w+"
    r"|reactions?|[Ee]levations?|hypersensitivity|cytokine release|neurotoxicity|ICANS"
    r"|occurred in (?:one|two|three) (?:patients?|participants?|subjects?)|(?:[Bb]lood pressure"
    r"|[Hh]eart rate|QTc?\w*|liver enzymes?|transaminases?) (?:rose|increas\w+|elevat\w+))\b"
)
_STRONG = re.compile(
    r"\b(?:end ?points?|response rates?|remission|efficacy|survival|hazard ratio|HR|responders?"
    r"|primary|secondary|statistical\w*|differences?|post[- ]hoc|subgroup)\b|\b[pP] ?[<=]"
)
_RESULT = re.compile(
    r"\b(?:was|were|had|achiev\w+|reach\w+|show(?:ed|ing|n|s)?|demonstrat\w+|met|hit|experienced"
    r"|reduc\w+|lower(?:ed|ing|s)?|decreas\w+|declin\w+|fell|dropp?(?:ed|ing)|cut(?:s|ting)?"
    r"|improv\w+|gain(?:ed|ing|s)?|increas\w+|rose|rais(?:ed|ing)|los(?:t|s|ing)|shed|slow(?:ed"
    r"|ing|s)?|prolong\w+|extend\w+|delay\w+|attain\w+|maintain\w+|sustain\w+|remain(?:ed|ing)|saw"
    r"|seen|observ\w+|report\w+|result(?:ed|ing|s)|produc\w+|deliver\w+|respond\w+|complet\w+"
    r"|resolv\w+|clear(?:ed|ance)|surviv\w+|compared|versus|vs|stood|came|occurred|protect\w+"
    r"|prevent\w+|generat\w+|yield\w+|induc\w+|did|median|mean|led|favou?r\w+|averag\w+|shr[aiu]nk"
    r"|correct\w+|shorten\w+|restor\w+|tripl\w+|needed|required|halv\w+|doubl\w+|grew|went|walk\w+)\b"
)
_TOPIC = re.compile(
    r"\b(?:respon(?:se|d|ders?|ded)|remission|survival|efficacy|effective(?:ness)?|reduc\w+"
    r"|decreas\w+|declin\w+|increas\w+|improv\w+|weight|clearance|clear|rates?|risk|seizures?"
    r"|exacerbations?|relaps\w*|attacks?|bleed\w*|hospitali[sz]\w+|progress\w+|recurrence"
    r"|mortality|deaths?|died|scores?|levels?|sero\w+|tit(?:re|er)s?|viral|amyloid|plaques?"
    r"|pressure|function\w*|symptoms?|pain|itch|free(?:dom)?|slow\w*|gain\w*|change\w*|cur(?:e|ed)"
    r"|eradicat\w+|proportion|percentage|acuity|vision|letters|distance|slope|lesions?|clinical"
    r"|control(?:led)?|duration|time to|healing|cholesterol|glucose|headache|migraine|sleep"
    r"|absten?\w*|abstin\w+|quit|suppress\w+|undetectable|resol\w+|normali[sz]\w+|negativ\w+|half"
    r"|no decline|endpoint|outcomes?|improved|concentration|volume|density|count|episodes|events"
    r"|cases|infection|illness|disease|incidence|lived?|alive|benefit|measure|expression|protein"
    r"|fat|fibrosis|haem\w+|hem\w+|transfusion\w*|engraft\w+|fold|difference|walk\w*|asleep"
    r"|awake\w*|recover\w*|onset|activity|proteinuria|protection)\b",
    re.IGNORECASE,
)
_EXPECTED_NUMBER = re.compile(
    r"\b(?:expect\w*|hop(?:ed|ing|es)|anticipat\w+|bar|consensus|hurdle|threshold|needed|want\w*"
    r"|looking|minimum|forecast\w*|assum\w+|benchmark\w*|bogey)\b[^.;,]{0,60}$"
)


_LIFE = re.compile(
    r"\b(?:career|(?:she|he) (?:led|oversaw|served|joined|held|was)|previously served"
    r"|most recently|prior to joining|founder of|appointment of|appointed)\b"
)
_DESIGN = re.compile(
    r"\b(?:safety and (?:efficacy|tolerability)|efficacy and safety|safety, (?:tolerability|efficacy)[\w, ]{0,40})\b"
)


def about_a_person(words: str) -> bool:
    """Whether words tell somebody's life."""
    return _LIFE.search(words) is not None


def about_money(words: str) -> bool:
    """Whether words speak of shares, sales, staff or money."""
    return _MONEY.search(words) is not None


def not_yet(words: str) -> bool:
    """Whether words speak of plans, wishes or conditions."""
    return _NOT_YET.search(words) is not None


def defines(words: str) -> bool:
    """Whether a sentence defines an endpoint or tells a design, and no result."""
    return _DEFINITION.search(words) is not None and _RESULT_AFTER.search(words) is None


def at_baseline(words: str) -> bool:
    """Whether words describe patients before the treatment."""
    return _BASELINE.search(words) is not None


def background(words: str) -> bool:
    """Whether words tell how common or how bad a disease is."""
    return _BACKGROUND.search(words) is not None


def has_result_verb(words: str) -> bool:
    """Whether words hold a verb or a comparison by which results are told."""
    return _RESULT.search(words) is not None


_BY_A_NUMBER = re.compile(
    r"\b(?:reduced|lowered|improved|increased|decreased|declined|dropped|fell|rose|shortened|corrected|grew|slowed"
    r"|restored|cut|changed|prolonged|extended|delayed)\b[^.;]{0,90}? by (?:an? (?:mean|median|average) of "
    r"|on average "
    r"|approximately |about |up to )?\d"
)


def changed_by_a_number(words: str) -> bool:
    """Whether words say that something fell, rose or changed by a number."""
    return _BY_A_NUMBER.search(words) is not None


def tells_result(words: str, compared: bool = False, measured: bool = False) -> bool:
    """Whether words tell a result by a verb or a comparison (``compared``: of arms), of what can be ``measured``."""
    told = (compared or _RESULT.search(words) is not None) and (measured or _TOPIC.search(words) is not None)
    return told or changed_by_a_number(words)


def expected_number(before: str) -> bool:
    """Whether the words before a number say that it was hoped for or expected."""
    return _EXPECTED_NUMBER.search(before) is not None


def harm_endpoints(page: Page) -> frozenset[str]:
    """The adverse events that are endpoints of the document's trials, by their usual names."""
    found: set[str] = set()
    for sentence in page.sentences:
        if re.search(r"\b(?:primary|secondary)\b[^.;]{0,40}\bend ?point", sentence.text):
            found.update(m.name for m in page.of("adverse event", sentence))
    indication = (page.subject.indication or "").lower()
    for name in {m.name for m in page.mentions.get("adverse event", ())}:
        if indication and (name in indication or indication in name):
            found.add(name)
    return frozenset(found)


_BETTER = re.compile(
    r"\b(?:improv\w+|reduc\w+|decreas\w+|lower\w*|relie[fv]\w*|free(?:dom)?|resol\w+|slow\w+|protect\w+|fewer"
    r"|less|declin\w+|clear\w+|efficacy|score|weight loss|lost|shed|response|respon\w+|remission"
    r"|loss of|cut|fell|drop\w*|gain\w*)\b",
    re.IGNORECASE,
)


def tells_harm(page: Page, sentence: Sentence, endpoints: frozenset[str]) -> bool:
    """Whether a sentence's rates are of adverse events that are no endpoint."""
    events = page.of("adverse event", sentence)
    if any(m.name in endpoints and m.name.lower() not in (page.subject.indication or "").lower() for m in events):
        return False
    words = _DESIGN.sub("", sentence.text)
    strong = _HARM.search(words)
    if strong is not None and not (
        re.search(r"\b(?:primary|secondary|co-primary) (?:\w+ )?end ?point", words) and not events
    ):
        return _STRONG.search(words[: strong.start()]) is None or bool(re.search(r"\badverse|\bAEs?\b|TEAE", words))
    others = [m for m in events if m.name not in endpoints]
    if not others or page.of("endpoint", sentence):
        return False
    return _STRONG.search(sentence.text) is None and _BETTER.search(sentence.text) is None
