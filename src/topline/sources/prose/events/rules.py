"""What words tell what event: one line for each way of saying it, the more particular first."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A way of telling an event. ``default`` is its status where no cue in the sentence speaks.

    A ``weak`` way gives way to another telling of the same event. Patterns are searched in a sentence whose inner full
    stops (``U.S.``, decimals) have been blotted out, so that a full stop in a pattern means the end of a sentence.
    """

    type: str
    pattern: re.Pattern[str]
    detail: str | None = None
    default: str = "happened"
    of_drug: bool = True
    weak: bool = False


def _rule(
    type_: str,
    pattern: str,
    detail: str | None = None,
    default: str = "happened",
    *,
    of_drug: bool = True,
    weak: bool = False,
) -> Rule:
    return Rule(type_, re.compile(pattern), detail, default, of_drug, weak)


_DEAL = (
    r"(?:agreement|collaboration|partnership|alliance|deal|licen[sc]e|licensing pact|pact|joint venture"
    r"|contract|arrangement|tie-?up|option)"
)
_TRIAL = r"(?:trials?|stud(?:y|ies)|program(?:me)?s?|development|enrol?lment|enrolling|dosing|recruitment|arms?)"
_AGENCY = (
    r"(?:FDA|Food and Drug Administration|EMA|European Medicines Agency|European Commission|EC"
    r"|regulators?|agency|Agency|MHRA|PMDA|NMPA|MHLW|Ministry of Health|Health Canada|Swissmedic|TGA"
    r"|ANVISA|regulatory authorit(?:y|ies)|Ministry of Health, Labour and Welfare)"
)
_APPLICATION = (
    r"(?:[Aa]pplications?|[Ss]ubmissions?|[Ff]ilings?|s?NDAs?|s?BLAs?|MAAs?|J-?NDA|INDs?|dossier|approval"
    r"|authori[sz]ation|label(?:ing)? (?:update|expansion)|510\(k\)|PMA)"
)
_GAP = r"[^.;]{0,%d}?"

RULES: tuple[Rule, ...] = (
    # deals
    _rule("rights_returned", rf"\b(?:hand(?:s|ed|ing)? back|return(?:s|ed|ing)?|regain(?:s|ed|ing)?|revert(?:s|ed|ing)?"
rf"|re-?acquir(?:e[sd]?|ing)|relinquish\w*|gives? (?:up|back)|gave (?:up|back)|giving (?:up|back)"
rf"|taking back|takes? back|took back|reclaim\w*){_GAP % 70}\b(?:rights|control|ownership)\b"),
    _rule("rights_returned", r"\b(?:hand|give|return|transfer)\w*\b[^.;]{0,50}\brights\b[^.;]{0,50}\bback\b"),
    _rule("rights_returned", rf"\b(?:rights|control){_GAP % 50}\b(?:(?:will |have |has )?(?:revert(?:ed|s)?|return(?:ed"
rf"|s)?|be"
rf" returned|been returned) to|were returned)\b"),
    _rule("deal_terminated", rf"\b(?:walk(?:s|ed|ing)? away from|terminat(?:e[sd]?|ing|ion of)|end(?:s|ed|ing)?"
rf"|exit(?:s|ed|ing)?"
rf"|dissolv\w+|cancel\w*|scrap\w*|sever(?:s|ed|ing)?|backs? out of|backed out of|withdr\w+ from"
rf"|opt(?:s|ed|ing)? out of|pull(?:s|ed|ing)? out of|discontinu\w+|wind(?:s|ing)? down"
rf"|conclude[sd]?)\b(?! of| the trial| the study){_GAP % 80}\b{_DEAL}\b(?! (?:label|extension|trial"
rf"|study))"),
    _rule("deal_terminated", rf"\b{_DEAL}{_GAP % 40}\b(?:(?:was|is|has been|have been|had been|will be|were|to be)"
rf" (?:mutually"
rf" )?(?:terminated|ended|dissolved|cancel\w+)|(?:has|have) ended|will terminate|collapsed|fell"
rf" through)\b"),
    _rule("deal_terminated", r"\b(?:part(?:s|ed|ing)? ways|cut(?:s|ting)? ties|sever(?:s|ed|ing)? ties|end(?:s|ed"
r"|ing)? their"
r" \w+)\b"),
    _rule("deal_terminated", r"\b(?:notif\w+|notice)\b[^.;]{0,60}\bterminat\w+\b", weak=True),
    _rule("deal_signed", rf"\b(?:enter(?:s|ed|ing)? into|sign(?:s|ed|ing)|ink(?:s|ed|ing)|struck|strikes|reach(?:es|ed)"
rf"|execut(?:es|ed)|announc(?:es|ed|ing)|form(?:s|ed)|establish(?:es|ed)|clos(?:es|ed)|complet(?:es"
rf"|ed)|expand(?:s|ed)?|agreed to){_GAP % 60}\b(?:agreement|collaboration|partnership|alliance|deal"
rf"|licen[sc]e|licensing pact|pact|joint venture|merger|acquisition)\b(?! of patients)"),
    _rule("deal_signed", r"\b(?:acquires?|acquired|(?:to|will) acquire|acquisition of|bought|to buy|buys|buying"
r"|snaps? up"
r"|takeover of|merg(?:es?|ed|ing) with)\b(?! (?:resistance|immun|haemo|hemo|data|the data|a disease"
r"|infections?))", of_drug=False),
    _rule("deal_signed", r"\b(?:(?:has|have) )?(?:in-?licensed|out-?licensed|licensed|licenses|exercised (?:its"
r"|their|an|the)"
r" (?:exclusive )?option)\b(?! (?:product|medicine|drug|therap|treatment|in |for |physician|vaccine))"),
    _rule("deal_signed", rf"\bgrant(?:s|ed|ing)? {_GAP % 40}(?:exclusive |worldwide |global )+(?:[\w-]+"
rf" )?(?:licen[sc]e|rights"
rf"|option)\b"),
    _rule("payment", r"\b(?:(?:has |have |will |to )?(?:receiv|earn|pa(?:y|id)|trigger|made"
r"|make)\w*)\b[^.;]{0,50}\bmilestone(?: payments?)?\b(?! and| payments? and| payments?,? plus| or)"),
    _rule("payment", r"\b(?:paid|received|has paid|have paid)\b[^.;]{0,40}(?:\$|€|£|¥)\s?[\d·,]+ (?:million"
r"|billion)\b[^.;]{0,40}\b(?:on|upon|for|after|following)\b"),
    _rule("deal_terms", r"\b(?:up-?front (?:cash )?(?:payment|fee|consideration)|eligible (?:to receive|for)"
r"|entitled to|will"
r" receive|receives?|milestone payments?|tiered royalties|royalt(?:y|ies)|in"
r" milestones)\b[^.;]{0,120}(?:\$|€|£|¥|million|billion|royalt|percent|%)", "deal terms"),
    _rule("deal_terms", r"(?:\$|€|£|¥)\s?[\d.,]+ (?:million|billion)[^.;]{0,60}\b(?:up-?front"
r"|milestones?)\b", "deal terms"),
    _rule("other", r"\b(?:is|are|will be|remains?) (?:solely |fully )?responsible for [^.;]{0,40}?\b(?:commerciali[sz]"
r"|develop|manufactur|market|distribut|sales)\w*", "commercial rights"),
    _rule("other", r"\b(?:holds?|retains?|has|have|owns?) (?:the )?(?:exclusive |worldwide |global |full |all |sole"
r" )+(?:[\w-]+ )?(?:rights|licen[sc]e)\b", "commercial rights"),
    _rule("other", r"\b(?:will continue to|continues? to|will) (?:manufacture|supply)\b", "manufacturing", "planned"),
    _rule("other", r"\bensure continuity\b|\bcontinuity (?:of (?:care|treatment)|for"
r" patients)\b", "continuity for trial patients", "planned"),
    # holds and stops
    _rule("other", r"\b(?:lift(?:s|ed|ing)?|remov(?:es|ed|al of)|releas(?:es|ed))\b[^.;]{0,40}\b(?:partial"
r" )?(?:clinical"
r" )?hold\b|\bhold\b[^.;]{0,40}\b(?:has been |was |is |been )?(?:lifted|removed)\b", "clinical hold lifted"),
    _rule("other", r"\b(?:has |have |had )?(?:resum(?:e[sd]?|ing|ption of)|re-?start(?:s|ed"
r"|ing)?)\b[^.;]{0,40}\b(?:enrol\w*|dosing|trial|study|recruitment)\b", "resumed"),
    _rule("trial_stopped", r"\b(?:(?:partial |full )?clinical hold (?:on|for|of|was|has been)|(?:placed|placing|put"
r"|puts|imposed"
r"|on|a) (?:a |an? )?(?:full |partial )?clinical hold|on clinical hold)\b"),
    _rule("trial_stopped", rf"\b(?:discontinu(?:e[sd]?|ing|ation of)|terminat(?:e[sd]?|ing|ion of)|halt(?:s|ed|ing)?"
rf"|stop(?:s|ped"
rf"|ping)?|ceas(?:e[sd]?|ing)|suspend(?:s|ed|ing)?|suspension of|paus(?:e[sd]?|ing)|shelv(?:e[sd]?"
rf"|ing)|abandon(?:s|ed|ing)?|drop(?:s|ped|ping)|scrap(?:s|ped|ping)?|cancel\w*|deprioriti[sz]\w*"
rf"|end(?:s|ed|ing)?|wind(?:s|ing)? down|cut(?:s|ting)? short|axe[sd]?)\b(?! point| of"
rf" life){_GAP % 70}\b{_TRIAL}\b(?! (?:drug|therapy|medication) (?:due|because|owing))"),
    _rule("trial_stopped", rf"\b{_TRIAL}{_GAP % 50}\b(?:(?:was|were|is|are|has been|have been|will be|being)"
rf" (?:voluntarily "
rf"|prematurely |early |also )?(?:discontinued|terminated|halted|stopped|suspended|paused|shelved"
rf"|abandoned|dropped|scrapped|cancel\w+)|stopped early)\b"),
    _rule("trial_stopped", r"\b(?:abandon(?:s|ed|ing)?|shelv(?:e[sd]?|ing)|drop(?:s|ped|ping)|scrap(?:s|ped|ping)?"
r"|axe[sd]?"
r"|axing|deprioriti[sz]\w+)\b[^.;]{0,30}\b(?:drug|candidate|asset|compound|therapy|antibody|vaccine"
r"|pill)\b"),
    _rule("trial_stopped", r"\b(?:will|would|has decided to|decided to|decision to) (?:no longer (?:pursue|advance"
r"|develop)|not"
r" (?:advance|pursue|progress|move forward with|proceed with)|discontinue|stop|terminate|end)\b"),
    # regulators
    _rule("rejection", r"\b(?:issued|received|receives|receipt of|sent|handed|got|issues"
r"|slapped)\b[^.;]{0,80}\b(?:complete"
r" response letters?|CRLs?|Complete Response Letters?|refuse-to-file|refusal[- ]to[- ]file|Refuse to"
r" File)\b"),
    _rule("rejection", r"\b(?:complete response letter|Complete Response Letter|CRL)\b"),
    _rule("rejection", rf"\b{_AGENCY}[^.;]{{0,40}}\b(?:reject(?:s|ed)|declined to approve|declines to approve"
rf"|refused (?:to"
rf" approve|approval|marketing)|turned down|knocked back)\b"),
    _rule("rejection", r"\b(?:was|were|been) rejected by\b|\brejection of\b"),
    _rule("other", r"\b(?:positive|negative|favou?rable|adverse|unfavou?rable) opinion\b", "advisory opinion"),
    _rule("other", r"\b(?:advisory committee|Advisory Committee|adcomm|panel|advisers|advisors"
r"|ODAC)\b[^.;]{0,60}\b(?:vot(?:e[sd]?|ing)|recommend\w*|back(?:s|ed))\b"
r"|\bvot(?:e[sd]?)\b[^.;]{0,40}\b(?:in favou?r|against|to \d|that)\b", "advisory vote"),
    _rule("other", r"\brecommend(?:s|ed|ing)?\b[^.;]{0,30}\b(?:approval|granting|marketing"
r" authori[sz]ation)\b", "advisory opinion"),
    _rule("other", r"\b(?:grant(?:s|ed|ing)?|receiv(?:es?|ed)|award(?:s|ed)|obtain(?:s|ed)|assign(?:s|ed)|accord\w*"
r"|receipt of|secured)\b[^.;]{0,90}\b(?:[Ff]ast [Tt]rack|[Bb]reakthrough [Tt]herapy|[Oo]rphan(?:"
r" [Dd]rug)?(?: [Dd]esignation)?|[Pp]riority [Rr]eview|PRIME|RMAT|[Rr]egenerative [Mm]edicine|[Rr]are"
r" [Pp]ediatric [Dd]isease|QIDP|SAKIGAKE|[Bb]reakthrough [Dd]evice|ILAP|[Ii]nnovation [Pp]assport"
r"|[Dd]esignation)\b", "designation"),
    _rule("other", r"\b(?:[Ff]ast [Tt]rack|[Bb]reakthrough [Tt]herapy|[Oo]rphan [Dd]rug|[Rr]are [Pp]ediatric [Dd]isease"
r"|RMAT|PRIME) (?:[Dd]esignation|status)\b[^.;]{0,40}\b(?:has been |was |been )?(?:granted|awarded"
r"|received)\b", "designation"),
    _rule("approval", rf"\b{_AGENCY}\)?(?: of [A-Z][\w ]+)? (?:has |have |had |today |also |recently |\(\w+\)"
rf" )*(?:approv(?:es|ed|ing)|granted? (?:(?:an? |the |full |accelerated |conditional |traditional "
rf"|regular |supplemental |marketing |expanded )+)?(?:approval|marketing authori[sz]ation|clearance"
rf"|authori[sz]ation)|grants (?:[\w]+ ){{0,3}}(?:approval|authori[sz]ation)|cleared|authori[sz]ed)\b"),
    _rule("approval", r"\b(?:receiv(?:es?|ed)|secur(?:es|ed)|won|wins|gain(?:s|ed)|obtain(?:s|ed)|got|receipt"
r" of|granted"
r"|nab(?:s|bed)|clinch(?:es|ed)|announc(?:es|ed|ing))\b[^.;]{0,70}\b(?:(?:accelerated |full "
r"|conditional |marketing |regulatory |FDA |EU |U\.S\. |US |European )*approval|marketing"
r" authori[sz]ation|emergency use authori[sz]ation)\b(?! (?:of|for) (?:the )?(?:trial|study|protocol))"),
    _rule("approval", r"\b(?:(?:was|were|has been|have been|been|is|are|be|become|becomes|became) (?:also |first |now "
r"|already |currently |initially |the (?:first|only) [^.;]{0,40}?)?)approved\b"),
    _rule("approval", r"\b(?:first|only) (?:and only )?[\w -]{0,40}\bapproved (?:to treat|for"
r"|by|in)\b", None, "background"),
    _rule("approval", r"\bapproval\b[^.;]{0,40}\b(?:was|has been|were) (?:granted|received|based)\b|\b(?:marks"
r"|represents)"
r" the [\w ]{0,30}approval\b"),
    _rule("filing_planned", rf"\b(?:plans?|planned|planning|intends?|expects?|anticipat(?:es?|ing)|on track|aims?"
rf"|prepar(?:es?"
rf"|ing)|will|would|targeting|looks?|hopes?|set|ready|scheduled|poised"
rf"|goal)\b[^.;]{{0,60}}\b(?:submit(?:ting)?|submissions?|fil(?:e|ing)s?|seek(?:ing)?|apply(?:ing)?"
rf"|request(?:ing)?)\b[^.;]{{0,110}}?\b(?:{_APPLICATION}|{_AGENCY}|regulatory)\b", None, "planned"),
    _rule("filing_planned", rf"\b(?:{_APPLICATION})[^.;]{{0,50}}\b(?:(?:is|are|remains?) (?:now |still )?)?(?:planned"
rf"|expected"
rf"|anticipated|on track|targeted|slated)\b", None, "planned"),
    _rule("filing_planned", r"\bproceed with\b[^.;]{0,30}\b(?:submissions?|filings?)\b|\b(?:impending|upcoming|planned"
r"|forthcoming|anticipated) (?:regulatory |BLA |NDA |marketing )+(?:submissions?|filings?"
r"|applications?)\b", None, "planned"),
    _rule("filing_planned", r"\b(?:indicate[sd]?|intent|intention|plans?)\b[^.;]{0,30}\bto (?:file"
r"|submit)\b", None, "planned", weak=True),
    _rule("other", r"\bwithdr(?:aw|ew|awn|awing|awal of)\b[^.;]{0,50}\b(?:application|submission|MAA|BLA|NDA"
r"|filing)\b", "application withdrawn"),
    _rule("filing_submitted", rf"\b(?:(?:has|have|had) )?(?:submitted|filed|completed (?:the |its |a )?(?:rolling"
rf" )?(?:submission"
rf"|filing)|submits|files|resubmitted|re-?submission of|submission"
rf" of)\b[^.;]{{0,130}}?\b(?:{_APPLICATION}|{_AGENCY}|response)\b"),
    _rule("filing_submitted", rf"\b(?:{_APPLICATION})\b[^.;]{{0,60}}\b(?:(?:has|have) been |was |were )(?:submitted"
rf"|filed)\b"),
    _rule("other", rf"\b(?:accept(?:s|ed)|acceptance of|validated|validation of)\b[^.;]{{0,70}}\b(?:{_APPLICATION})\b"
rf"|\b(?:{_APPLICATION})\b[^.;]{{0,60}}\b(?:(?:has|have) been |was |were )(?:accepted|validated)\b", "filing accepted"),
    _rule("other", r"\b(?:PDUFA|goal|target(?: action)?|action) date\b[^.;]{0,60}\b(?:set|assigned|is|of|by|for)\b"
r"|\b(?:approval|final|regulatory|FDA|its|a) decision\b[^.;]{0,40}\b(?:expected|anticipated|due|by"
r" (?:the |mid|early|late|year|Q\d|[A-Z][a-z]+ \d))", "decision expected", "expected"),
    _rule("other", r"\b(?:is|are) expected to make (?:a |its )?(?:final )?decision\b|\bassigned (?:a"
r"|an)\b[^.;]{0,30}\bdate\b", "decision expected", "expected"),
    _rule("other", r"\b(?:should hear|due to decide|expects? (?:a |an )?(?:verdict|decision|opinion|ruling)|decision on"
r" [^.;]{0,80}is due|opinion from the CHMP expected|verdict (?:is"
r" )?(?:due|expected))\b", "decision expected", "expected"),
    _rule("other", r"\b(?:will|plans? to|intends? to|expects? to|said it would|would|to) (?:ask for|request|seek"
r"|appeal)\b[^.;]{0,40}\b(?:re-?examination|Type [AB] meeting|meeting with|hearing|guidance)\b|\bask"
r" the (?:FDA|EMA|agency)\b", "meeting with the regulator", "planned"),
    _rule("other", r"\b(?:agency|FDA|EMA|CHMP|regulators?|letter)\b[^.;]{0,30}\b(?:request(?:s|ed)|asked for"
r"|ask(?:s|ed)"
r" for|requires?|recommended|indicated that)\b", "regulator's request"),
    _rule("other", r"\b(?:data (?:and safety )?monitoring (?:committee|board)|IDMC|DSMB"
r"|DMC)\b[^.;]{0,60}\brecommended\b[^.;]{0,60}\bcontinue\b", "trial continues"),
    _rule("other", r"\b(?:plans?|expects?|intends?|prepar\w+|on track|will|aims?|set)\b[^.;]{0,30}\b(?:launch"
r"|commerciali[sz]e)\b(?! (?:a |the |its )?(?:phase|Phase|trial|study))", "launch planned", "planned"),
    _rule("other", r"\b(?:turned down|turn(?:s|ed) away|pushed back|delayed|extended)\b[^.;]{0,60}\b(?:request|decision"
r"|review|application|date)\b", "decision put off"),
    # companies
    _rule("other", r"\b(?:strategic (?:alternatives|options|review)|reverse merger"
r"|wind-?down)\b", "strategic alternatives", of_drug=False),
    _rule("other", r"\bexpected to (?:close|complete)\b(?! (?:enrol|the (?:trial|study)))", "closing expected", "expected", of_drug=False),
    _rule("layoff", r"\b(?:reduction in (?:force|workforce)|workforce reduction|reduc(?:e[sd]?|ing|tion of|tion"
r" to)\b[^.;]{0,30}\b(?:workforce|headcount|staff|employees)|lay(?:s|ing)? off|laid off|layoffs?"
r"|cut(?:s|ting)?\b[^.;]{0,40}\b(?:jobs|staff|employees|workforce|positions|roles|headcount)|job cuts"
r"|eliminat\w+\b[^.;]{0,30}\b(?:jobs|positions|roles|staff))\b", of_drug=False),
    _rule("financing", r"\b(?:pric(?:es|ed|ing of)|clos(?:es|ed|ing of)|announc(?:es|ed|ing)|rais(?:es|ed|ing)"
r"|complet(?:es"
r"|ed))\b[^.;]{0,70}\b(?:public offering|private placement|initial public offering|IPO|Series [A-F]"
r"|follow-on offering|financing|registered direct offering|convertible notes|PIPE|royalty financing"
r"|term loan|credit facility)\b", of_drug=False),
    _rule("financing", r"\brais(?:es|ed|ing)\b[^.;]{0,15}(?:\$|€|£)", of_drug=False),
    _rule("other", r"\b(?:record(?:s|ed|ing)?|take|takes|took|book(?:s|ed|ing)?|recogni[sz]e[sd]?|incur(?:s|red)?"
r"|write[- ]?down|impairment)\b[^.;]{0,60}\b(?:charges?|impairment|write-?(?:down"
r"|off)s?)\b", "accounting charge", of_drug=False),
    # trials
    _rule("trial_started", rf"\b(?:initiat(?:e[sd]?|ing|ion of)|start(?:s|ed|ing)?(?: of)?|beg(?:in|ins|an|un|inning)"
rf"|launch(?:es"
rf"|ed|ing)?(?: of)?|commenc(?:e[sd]?|ing|ement of)|kick(?:s|ed|ing)? off|open(?:s|ed|ing)?)\b(?!"
rf" (?:treatment|therapy|dosing regimen|price)){_GAP % 90}\b(?:trials?|stud(?:y|ies)|enrol?lment"
rf"|dosing (?:patients|participants|subjects|volunteers|in)|phase \d|Phase [\dI]+)\b"),
    _rule("trial_started", r"\b(?:first|initial) (?:patients?|participants?|subjects?|volunteers?"
r"|cohort)[^.;]{0,30}\b(?:dosed"
r"|enrolled|treated|randomi[sz]ed|dosing)\b|\b(?:dos(?:ed|ing)|enrol(?:led|ling)|treated"
r"|randomi[sz]ed)(?: of)? (?:the )?(?:first|initial) (?:patients?|participants?|subjects?"
r"|volunteers?)\b"),
    # results
    _rule("publication", r"\b(?:published|publication|appears?|appeared)\b[^.;]{0,60}\b(?:in|by) (?:the |The"
r" )?(?:New England"
r" Journal|NEJM|Lancet|JAMA|Nature|BMJ|Cell|Science|Annals|Journal of|Blood|Circulation|Neurology"
r"|Gastroenterology|Hepatology)\w*"),
    _rule("readout", r"\b(?:announc|report|releas|present|unveil|shar|disclos|post|publish|provid|highlight|detail"
r"|reveal)\w*\b[^.;]{0,130}\b(?:results|data|findings|topline|top-line|readout|outcomes?)\b(?!"
r" (?:monitoring|safety board|management|package|will|are expected|is expected|in the fourth|for the"
r" (?:first|second|third|fourth) quarter))"),
    _rule("readout", r"\b(?:trial|study),? (?:which was )?(?:presented|reported|published|unveiled) (?:on|at"
r"|in|today)\b"
r"|\b(?:report|announc|present)\w*\b[^.;]{0,60}\bfollow-up\b[^.;]{0,40}\b(?:trial|study)\b"),
    _rule("readout", r"\b(?:met|meets|meet|meeting|miss(?:es|ed)?|achiev(?:e[sd]?|ing)|hit|hits|fail(?:s|ed)?(?: to"
r" (?:meet|achieve|reach))?)\b[^.;]{0,60}\b(?:primary|co-primary|dual primary|key secondary|secondary"
r"|main|both|all|efficacy) (?:and (?:all )?(?:key )?secondary )?(?:efficacy |safety )?(?:endpoints?"
r"|end ?points?|goals?|objectives?|outcomes?)\b"),
    _rule("readout", r"\b(?:endpoints?|goals?|objectives?)\b[^.;]{0,60}\b(?:was|were) (?:also )?(?:met|not met|missed"
r"|achieved|reached)\b"),
    _rule("readout", r"\b(?:met|crossed)\b[^.;]{0,40}\bfutility\b|\bfor futility\b|\bfutility analysis\b"),
    _rule("readout", r"\b(?:a |the |positive |negative |first |new |phase \d\w? )?(?:readout|read-out)\b", weak=True),
    _rule("readout", r"\b(?:[Bb]ased on|review of|following|after|citing|[Ff]ollow(?:s|ed)|in light"
r" of)\b[^.;]{0,50}\b(?:top-?line|interim|final|efficacy|clinical|phase|Phase|positive|negative"
r"|disappointing|new|these)?\s?[^.;]{0,30}\b(?:results|data|findings|analysis)\b[^.;]{0,30}\b(?:from"
r"|of|in)\b[^.;]{0,60}\b(?:trials?|stud(?:y|ies))\b"),
    _rule("readout", r"\b(?:trial|study|data|results|drug|treatment|therapy)\b[^.;]{0,80}\b(?:did not"
r" (?:demonstrate|show"
r"|meet|achieve|result in|significantly|improve|reach)|failed to (?:show|demonstrate|improve|beat"
r"|meet)|significantly (?:improved|reduced|slowed|prolonged|lowered|increased))\b"),
    # what may come
    _rule("other", r"\blook(?:s|ing)? forward to (?:the )?(?:presentation|presenting|sharing"
r"|reporting)\b[^.;]{0,120}\b(?:congress|Congress|conference|Conference|Meeting|in [A-Z][a-z]+)\b"
r"|\b(?:will|to) (?:be )?(?:presented?|presenting|disclosed?|shared?)\b(?! at (?:a |an )?(?:future"
r"|upcoming|forthcoming))[^.;]{0,80}\b(?:congress|conference|meeting|symposium|ASCO|ESMO|ASH|EULAR"
r"|ACR|AAD|EADV|ADA|EASD|AHA|ACC|ESC|AAN|CTAD)\w*\b", "presentation planned", "planned"),
    _rule("other", r"\b(?:results|data|readout|topline|read out|report)\b[^.;]{0,50}\b(?:are|is|were)? ?(?:expected"
r"|anticipated|due|slated)\b[^.;]{0,40}\b(?:in|by|late|early|mid|during|from|next|this|later|year)\b"
r"|\b(?:expects?|anticipates?|plans?|on track|should)\b[^.;]{0,80}\b(?:to )?(?:report|release|share"
r"|announce|read out|present)\b[^.;]{0,40}\b(?:data|results|findings|topline)\b", "results expected", "expected"),
    _rule("other", r"\b(?:expects?|plans?|intends?) to (?:dose|enrol|randomi[sz]e|treat)\b", "trial start planned", "planned"),
    _rule("forecast", r"\b(?:peak (?:annual )?sales|sales (?:forecast|guidance)|revenue guidance|expects? (?:\w+"
r" ){0,4}(?:revenue|sales)|forecasts? (?:\w+ ){0,4}(?:sales|revenue))\b", None, "expected"),
)  # fmt: skip

SAFETY_SIGNAL: tuple[re.Pattern[str], ...] = tuple(
    re.compile(p)
    for p in (
        (
            r"\b(?:one|two|three|four|five|\d+|a|another|an?) (?:patients?|participants?|subjects?|child(?:ren)?"
            r"|people|person|boy"
            r"|girl|man|woman)\b[^.;]{0,240}\b(?:died|death|fatal)\b"
        ),
        (
            r"\b(?:patient|participant|treatment-related|drug-related) deaths?\b|\bdied (?:after|due|from|of"
            r"|following|while)\b"
        ),
        r"\b(?:fatal|fatality)\b",
        r"\b(?:boxed warning|black box|safety warning|safety alert)\b",
        r"\b(?:new|potential|serious|emerging) safety (?:signal|concern)s?\b",
    )
)
"""Words that tell a safety signal by themselves."""

WITH_EVENT: tuple[re.Pattern[str], ...] = tuple(
    re.compile(p)
    for p in (r"\bhigher (?:rates?|incidences?|frequenc\w+|risk) of (?:both )?", r"\b(?:cases?|reports?) of ")
)
"""Words that tell a safety signal where an adverse event follows; after the second, one of which a single case matters."""
