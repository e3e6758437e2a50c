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
    type_: str, pattern: str, detail: str | None = None, default: str = "happened", *, of_drug: bool = True, weak: bool = False
) -> Rule:
    return Rule(type_, re.compile(pattern), detail, default, of_drug, weak)


_DEAL = r"(?:agreement|collaboration|partnership|alliance|deal|licen[sc]e|licensing pact|pact|joint venture|contract|arrangement|tie-?up|option)"
_TRIAL = r"(?:trials?|stud(?:y|ies)|program(?:me)?s?|development|enrol?lment|enrolling|dosing|recruitment|arms?)"
_AGENCY = r"(?:FDA|Food and Drug Administration|EMA|European Medicines Agency|European Commission|EC|regulators?|agency|Agency|MHRA|PMDA|NMPA|MHLW|Ministry of Health|Health Canada|Swissmedic|TGA|ANVISA|regulatory authorit(?:y|ies)|Ministry of Health, Labour and Welfare)"
_APPLICATION = (
    r"(?:[Aa]pplications?|[Ss]ubmissions?|[Ff]ilings?|s?NDAs?|s?BLAs?|MAAs?|J-?NDA|INDs?|dossier|approval|authori[sz]ation|label(?:ing)? (?:update|expansion)|510\(k\)|PMA)"
)
_GAP = r"[^.;]{0,%d}?"

RULES: tuple[Rule, ...] = (
    # deals
    _rule("rights_returned", rf"\b(?:hand(?:s|ed|ing)? back|return(?:s|ed|ing)?|regain(?:s|ed|ing)?|revert(?:s|ed|ing)?|re-?acquir(?:e[sd]?|ing)|relinquish\w*|gives? (?:up|back)|gave (?:up|back)|giving (?:up|back)|taking back|takes? back|took back|reclaim\w*){_GAP % 70}\b(?:rights|control|ownership)\b"),
    _rule("rights_returned", r"\b(?:hand|give|return|transfer)\w*\b[^.;]{0,50}\brights\b[^.;]{0,50}\bback\b"),
    _rule("rights_returned", rf"\b(?:rights|control){_GAP % 50}\b(?:(?:will |have |has )?(?:revert(?:ed|s)?|return(?:ed|s)?|be returned|been returned) to|were returned)\b"),
    _rule("deal_terminated", rf"\b(?:walk(?:s|ed|ing)? away from|terminat(?:e[sd]?|ing|ion of)|end(?:s|ed|ing)?|exit(?:s|ed|ing)?|dissolv\w+|cancel\w*|scrap\w*|sever(?:s|ed|ing)?|backs? out of|backed out of|withdr\w+ from|opt(?:s|ed|ing)? out of|pull(?:s|ed|ing)? out of|discontinu\w+|wind(?:s|ing)? down|conclude[sd]?)\b(?! of| the trial| the study){_GAP % 80}\b{_DEAL}\b(?! (?:label|extension|trial|study))"),
    _rule("deal_terminated", rf"\b{_DEAL}{_GAP % 40}\b(?:(?:was|is|has been|have been|had been|will be|were|to be) (?:mutually )?(?:terminated|ended|dissolved|cancel\w+)|(?:has|have) ended|will terminate|collapsed|fell through)\b"),
    _rule("deal_terminated", r"\b(?:part(?:s|ed|ing)? ways|cut(?:s|ting)? ties|sever(?:s|ed|ing)? ties|end(?:s|ed|ing)? their \w+)\b"),
    _rule("deal_terminated", r"\b(?:notif\w+|notice)\b[^.;]{0,60}\bterminat\w+\b", weak=True),
    _rule("deal_signed", rf"\b(?:enter(?:s|ed|ing)? into|sign(?:s|ed|ing)|ink(?:s|ed|ing)|struck|strikes|reach(?:es|ed)|execut(?:es|ed)|announc(?:es|ed|ing)|form(?:s|ed)|establish(?:es|ed)|clos(?:es|ed)|complet(?:es|ed)|expand(?:s|ed)?|agreed to){_GAP % 60}\b(?:agreement|collaboration|partnership|alliance|deal|licen[sc]e|licensing pact|pact|joint venture|merger|acquisition)\b(?! of patients)"),
    _rule("deal_signed", r"\b(?:acquires?|acquired|(?:to|will) acquire|acquisition of|bought|to buy|buys|buying|snaps? up|takeover of|merg(?:es?|ed|ing) with)\b(?! (?:resistance|immun|haemo|hemo|data|the data|a disease|infections?))", of_drug=False),
    _rule("deal_signed", r"\b(?:(?:has|have) )?(?:in-?licensed|out-?licensed|licensed|licenses|exercised (?:its|their|an|the) (?:exclusive )?option)\b(?! (?:product|medicine|drug|therap|treatment|in |for |physician|vaccine))"),
    _rule("deal_signed", rf"\bgrant(?:s|ed|ing)? {_GAP % 40}(?:exclusive |worldwide |global )+(?:[\w-]+ )?(?:licen[sc]e|rights|option)\b"),
    _rule("payment", r"\b(?:(?:has |have |will |to )?(?:receiv|earn|pa(?:y|id)|trigger|made|make)\w*)\b[^.;]{0,50}\bmilestone(?: payments?)?\b(?! and| payments? and| payments?,? plus| or)"),
    _rule("payment", r"\b(?:paid|received|has paid|have paid)\b[^.;]{0,40}(?:\$|€|£|¥)\s?[\d·,]+ (?:million|billion)\b[^.;]{0,40}\b(?:on|upon|for|after|following)\b"),
    _rule("deal_terms", r"\b(?:up-?front (?:cash )?(?:payment|fee|consideration)|eligible (?:to receive|for)|entitled to|will receive|receives?|milestone payments?|tiered royalties|royalt(?:y|ies)|in milestones)\b[^.;]{0,120}(?:\$|€|£|¥|million|billion|royalt|percent|%)", "deal terms"),
    _rule("deal_terms", r"(?:\$|€|£|¥)\s?[\d.,]+ (?:million|billion)[^.;]{0,60}\b(?:up-?front|milestones?)\b", "deal terms"),
    _rule("other", r"\b(?:is|are|will be|remains?) (?:solely |fully )?responsible for [^.;]{0,40}?\b(?:commerciali[sz]|develop|manufactur|market|distribut|sales)\w*", "commercial rights"),
    _rule("other", r"\b(?:holds?|retains?|has|have|owns?) (?:the )?(?:exclusive |worldwide |global |full |all |sole )+(?:[\w-]+ )?(?:rights|licen[sc]e)\b", "commercial rights"),
    _rule("other", r"\b(?:will continue to|continues? to|will) (?:manufacture|supply)\b", "manufacturing", "planned"),
    _rule("other", r"\bensure continuity\b|\bcontinuity (?:of (?:care|treatment)|for patients)\b", "continuity for trial patients", "planned"),
    # holds and stops
    _rule("other", r"\b(?:lift(?:s|ed|ing)?|remov(?:es|ed|al of)|releas(?:es|ed))\b[^.;]{0,40}\b(?:partial )?(?:clinical )?hold\b|\bhold\b[^.;]{0,40}\b(?:has been |was |is |been )?(?:lifted|removed)\b", "clinical hold lifted"),
    _rule("other", r"\b(?:has |have |had )?(?:resum(?:e[sd]?|ing|ption of)|re-?start(?:s|ed|ing)?)\b[^.;]{0,40}\b(?:enrol\w*|dosing|trial|study|recruitment)\b", "resumed"),
    _rule("trial_stopped", r"\b(?:(?:partial |full )?clinical hold (?:on|for|of|was|has been)|(?:placed|placing|put|puts|imposed|on|a) (?:a |an? )?(?:full |partial )?clinical hold|on clinical hold)\b"),
    _rule("trial_stopped", rf"\b(?:discontinu(?:e[sd]?|ing|ation of)|terminat(?:e[sd]?|ing|ion of)|halt(?:s|ed|ing)?|stop(?:s|ped|ping)?|ceas(?:e[sd]?|ing)|suspend(?:s|ed|ing)?|suspension of|paus(?:e[sd]?|ing)|shelv(?:e[sd]?|ing)|abandon(?:s|ed|ing)?|drop(?:s|ped|ping)|scrap(?:s|ped|ping)?|cancel\w*|deprioriti[sz]\w*|end(?:s|ed|ing)?|wind(?:s|ing)? down|cut(?:s|ting)? short|axe[sd]?)\b(?! point| of life){_GAP % 70}\b{_TRIAL}\b(?! (?:drug|therapy|medication) (?:due|because|owing))"),
    _rule("trial_stopped", rf"\b{_TRIAL}{_GAP % 50}\b(?:(?:was|were|is|are|has been|have been|will be|being) (?:voluntarily |prematurely |early |also )?(?:discontinued|terminated|halted|stopped|suspended|paused|shelved|abandoned|dropped|scrapped|cancel\w+)|stopped early)\b"),
    _rule("trial_stopped", r"\b(?:abandon(?:s|ed|ing)?|shelv(?:e[sd]?|ing)|drop(?:s|ped|ping)|scrap(?:s|ped|ping)?|axe[sd]?|axing|deprioriti[sz]\w+)\b[^.;]{0,30}\b(?:drug|candidate|asset|compound|therapy|antibody|vaccine|pill)\b"),
    _rule("trial_stopped", r"\b(?:will|would|has decided to|decided to|decision to) (?:no longer (?:pursue|advance|develop)|not (?:advance|pursue|progress|move forward with|proceed with)|discontinue|stop|terminate|end)\b"),
    # regulators
    _rule("rejection", r"\b(?:issued|received|receives|receipt of|sent|handed|got|issues|slapped)\b[^.;]{0,80}\b(?:complete response letters?|CRLs?|Complete Response Letters?|refuse-to-file|refusal[- ]to[- ]file|Refuse to File)\b"),
    _rule("rejection", r"\b(?:complete response letter|Complete Response Letter|CRL)\b"),
    _rule("rejection", rf"\b{_AGENCY}[^.;]{{0,40}}\b(?:reject(?:s|ed)|declined to approve|declines to approve|refused (?:to approve|approval|marketing)|turned down|knocked back)\b"),
    _rule("rejection", r"\b(?:was|were|been) rejected by\b|\brejection of\b"),
    _rule("other", r"\b(?:positive|negative|favou?rable|adverse|unfavou?rable) opinion\b", "advisory opinion"),
    _rule("other", r"\b(?:advisory committee|Advisory Committee|adcomm|panel|advisers|advisors|ODAC)\b[^.;]{0,60}\b(?:vot(?:e[sd]?|ing)|recommend\w*|back(?:s|ed))\b|\bvot(?:e[sd]?)\b[^.;]{0,40}\b(?:in favou?r|against|to \d|that)\b", "advisory vote"),
    _rule("other", r"\brecommend(?:s|ed|ing)?\b[^.;]{0,30}\b(?:approval|granting|marketing authori[sz]ation)\b", "advisory opinion"),
    _rule("other", r"\b(?:grant(?:s|ed|ing)?|receiv(?:es?|ed)|award(?:s|ed)|obtain(?:s|ed)|assign(?:s|ed)|accord\w*|receipt of|secured)\b[^.;]{0,90}\b(?:[Ff]ast [Tt]rack|[Bb]reakthrough [Tt]herapy|[Oo]rphan(?: [Dd]rug)?(?: [Dd]esignation)?|[Pp]riority [Rr]eview|PRIME|RMAT|[Rr]egenerative [Mm]edicine|[Rr]are [Pp]ediatric [Dd]isease|QIDP|SAKIGAKE|[Bb]reakthrough [Dd]evice|ILAP|[Ii]nnovation [Pp]assport|[Dd]esignation)\b", "designation"),
    _rule("other", r"\b(?:[Ff]ast [Tt]rack|[Bb]reakthrough [Tt]herapy|[Oo]rphan [Dd]rug|[Rr]are [Pp]ediatric [Dd]isease|RMAT|PRIME) (?:[Dd]esignation|status)\b[^.;]{0,40}\b(?:has been |was |been )?(?:granted|awarded|received)\b", "designation"),
    _rule("approval", rf"\b{_AGENCY}\)?(?: of [A-Z][\w ]+)? (?:has |have |had |today |also |recently |\(\w+\) )*(?:approv(?:es|ed|ing)|granted? (?:(?:an? |the |full |accelerated |conditional |traditional |regular |supplemental |marketing |expanded )+)?(?:approval|marketing authori[sz]ation|clearance|authori[sz]ation)|grants (?:[\w]+ ){{0,3}}(?:approval|authori[sz]ation)|cleared|authori[sz]ed)\b"),
    _rule("approval", rf"\b(?:receiv(?:es?|ed)|secur(?:es|ed)|won|wins|gain(?:s|ed)|obtain(?:s|ed)|got|receipt of|granted|nab(?:s|bed)|clinch(?:es|ed)|announc(?:es|ed|ing))\b[^.;]{{0,70}}\b(?:(?:accelerated |full |conditional |marketing |regulatory |FDA |EU |U\.S\. |US |European )*approval|marketing authori[sz]ation|emergency use authori[sz]ation)\b(?! (?:of|for) (?:the )?(?:trial|study|protocol))"),
    _rule("approval", rf"\b(?:(?:was|were|has been|have been|been|is|are|be|become|becomes|became) (?:also |first |now |already |currently |initially |the (?:first|only) [^.;]{{0,40}}?)?)approved\b"),
    _rule("approval", r"\b(?:first|only) (?:and only )?[\w -]{0,40}\bapproved (?:to treat|for|by|in)\b", None, "background"),
    _rule("approval", r"\bapproval\b[^.;]{0,40}\b(?:was|has been|were) (?:granted|received|based)\b|\b(?:marks|represents) the [\w ]{0,30}approval\b"),
    _rule("filing_planned", rf"\b(?:plans?|planned|planning|intends?|expects?|anticipat(?:es?|ing)|on track|aims?|prepar(?:es?|ing)|will|would|targeting|looks?|hopes?|set|ready|scheduled|poised|goal)\b[^.;]{{0,60}}\b(?:submit(?:ting)?|submissions?|fil(?:e|ing)s?|seek(?:ing)?|apply(?:ing)?|request(?:ing)?)\b[^.;]{{0,110}}?\b(?:{_APPLICATION}|{_AGENCY}|regulatory)\b", None, "planned"),
    _rule("filing_planned", rf"\b(?:{_APPLICATION})[^.;]{{0,50}}\b(?:(?:is|are|remains?) (?:now |still )?)?(?:planned|expected|anticipated|on track|targeted|slated)\b", None, "planned"),
    _rule("filing_planned", r"\bproceed with\b[^.;]{0,30}\b(?:submissions?|filings?)\b|\b(?:impending|upcoming|planned|forthcoming|anticipated) (?:regulatory |BLA |NDA |marketing )+(?:submissions?|filings?|applications?)\b", None, "planned"),
    _rule("filing_planned", rf"\b(?:indicate[sd]?|intent|intention|plans?)\b[^.;]{{0,30}}\bto (?:file|submit)\b", None, "planned", weak=True),
    _rule("other", r"\bwithdr(?:aw|ew|awn|awing|awal of)\b[^.;]{0,50}\b(?:application|submission|MAA|BLA|NDA|filing)\b", "application withdrawn"),
    _rule("filing_submitted", rf"\b(?:(?:has|have|had) )?(?:submitted|filed|completed (?:the |its |a )?(?:rolling )?(?:submission|filing)|submits|files|resubmitted|re-?submission of|submission of)\b[^.;]{{0,130}}?\b(?:{_APPLICATION}|{_AGENCY}|response)\b"),
    _rule("filing_submitted", rf"\b(?:{_APPLICATION})\b[^.;]{{0,60}}\b(?:(?:has|have) been |was |were )(?:submitted|filed)\b"),
    _rule("other", rf"\b(?:accept(?:s|ed)|acceptance of|validated|validation of)\b[^.;]{{0,70}}\b(?:{_APPLICATION})\b|\b(?:{_APPLICATION})\b[^.;]{{0,60}}\b(?:(?:has|have) been |was |were )(?:accepted|validated)\b", "filing accepted"),
    _rule("other", r"\b(?:PDUFA|goal|target(?: action)?|action) date\b[^.;]{0,60}\b(?:set|assigned|is|of|by|for)\b|\b(?:approval|final|regulatory|FDA|its|a) decision\b[^.;]{0,40}\b(?:expected|anticipated|due|by (?:the |mid|early|late|year|Q\d|[A-Z][a-z]+ \d))", "decision expected", "expected"),
    _rule("other", r"\b(?:is|are) expected to make (?:a |its )?(?:final )?decision\b|\bassigned (?:a|an)\b[^.;]{0,30}\bdate\b", "decision expected", "expected"),
    _rule("other", r"\b(?:should hear|due to decide|expects? (?:a |an )?(?:verdict|decision|opinion|ruling)|decision on [^.;]{0,80}is due|opinion from the CHMP expected|verdict (?:is )?(?:due|expected))\b", "decision expected", "expected"),
    _rule("other", r"\b(?:will|plans? to|intends? to|expects? to|said it would|would|to) (?:ask for|request|seek|appeal)\b[^.;]{0,40}\b(?:re-?examination|Type [AB] meeting|meeting with|hearing|guidance)\b|\bask the (?:FDA|EMA|agency)\b", "meeting with the regulator", "planned"),
    _rule("other", r"\b(?:agency|FDA|EMA|CHMP|regulators?|letter)\b[^.;]{0,30}\b(?:request(?:s|ed)|asked for|ask(?:s|ed) for|requires?|recommended|indicated that)\b", "regulator's request"),
    _rule("other", r"\b(?:data (?:and safety )?monitoring (?:committee|board)|IDMC|DSMB|DMC)\b[^.;]{0,60}\brecommended\b[^.;]{0,60}\bcontinue\b", "trial continues"),
    _rule("other", r"\b(?:plans?|expects?|intends?|prepar\w+|on track|will|aims?|set)\b[^.;]{0,30}\b(?:launch|commerciali[sz]e)\b(?! (?:a |the |its )?(?:phase|Phase|trial|study))", "launch planned", "planned"),
    _rule("other", r"\b(?:turned down|turn(?:s|ed) away|pushed back|delayed|extended)\b[^.;]{0,60}\b(?:request|decision|review|application|date)\b", "decision put off"),
    # companies
    _rule("other", r"\b(?:strategic (?:alternatives|options|review)|reverse merger|wind-?down)\b", "strategic alternatives", of_drug=False),
    _rule("other", r"\bexpected to (?:close|complete)\b(?! (?:enrol|the (?:trial|study)))", "closing expected", "expected", of_drug=False),
    _rule("layoff", r"\b(?:reduction in (?:force|workforce)|workforce reduction|reduc(?:e[sd]?|ing|tion of|tion to)\b[^.;]{0,30}\b(?:workforce|headcount|staff|employees)|lay(?:s|ing)? off|laid off|layoffs?|cut(?:s|ting)?\b[^.;]{0,40}\b(?:jobs|staff|employees|workforce|positions|roles|headcount)|job cuts|eliminat\w+\b[^.;]{0,30}\b(?:jobs|positions|roles|staff))\b", of_drug=False),
    _rule("financing", r"\b(?:pric(?:es|ed|ing of)|clos(?:es|ed|ing of)|announc(?:es|ed|ing)|rais(?:es|ed|ing)|complet(?:es|ed))\b[^.;]{0,70}\b(?:public offering|private placement|initial public offering|IPO|Series [A-F]|follow-on offering|financing|registered direct offering|convertible notes|PIPE|royalty financing|term loan|credit facility)\b", of_drug=False),
    _rule("financing", r"\brais(?:es|ed|ing)\b[^.;]{0,15}(?:\$|€|£)", of_drug=False),
    _rule("other", r"\b(?:record(?:s|ed|ing)?|take|takes|took|book(?:s|ed|ing)?|recogni[sz]e[sd]?|incur(?:s|red)?|write[- ]?down|impairment)\b[^.;]{0,60}\b(?:charges?|impairment|write-?(?:down|off)s?)\b", "accounting charge", of_drug=False),
    # trials
    _rule("trial_started", rf"\b(?:initiat(?:e[sd]?|ing|ion of)|start(?:s|ed|ing)?(?: of)?|beg(?:in|ins|an|un|inning)|launch(?:es|ed|ing)?(?: of)?|commenc(?:e[sd]?|ing|ement of)|kick(?:s|ed|ing)? off|open(?:s|ed|ing)?)\b(?! (?:treatment|therapy|dosing regimen|price)){_GAP % 90}\b(?:trials?|stud(?:y|ies)|enrol?lment|dosing (?:patients|participants|subjects|volunteers|in)|phase \d|Phase [\dI]+)\b"),
    _rule("trial_started", r"\b(?:first|initial) (?:patients?|participants?|subjects?|volunteers?|cohort)[^.;]{0,30}\b(?:dosed|enrolled|treated|randomi[sz]ed|dosing)\b|\b(?:dos(?:ed|ing)|enrol(?:led|ling)|treated|randomi[sz]ed)(?: of)? (?:the )?(?:first|initial) (?:patients?|participants?|subjects?|volunteers?)\b"),
    # results
    _rule("publication", r"\b(?:published|publication|appears?|appeared)\b[^.;]{0,60}\b(?:in|by) (?:the |The )?(?:New England Journal|NEJM|Lancet|JAMA|Nature|BMJ|Cell|Science|Annals|Journal of|Blood|Circulation|Neurology|Gastroenterology|Hepatology)\w*"),
    _rule("readout", r"\b(?:announc|report|releas|present|unveil|shar|disclos|post|publish|provid|highlight|detail|reveal)\w*\b[^.;]{0,130}\b(?:results|data|findings|topline|top-line|readout|outcomes?)\b(?! (?:monitoring|safety board|management|package|will|are expected|is expected|in the fourth|for the (?:first|second|third|fourth) quarter))"),
    _rule("readout", r"\b(?:trial|study),? (?:which was )?(?:presented|reported|published|unveiled) (?:on|at|in|today)\b|\b(?:report|announc|present)\w*\b[^.;]{0,60}\bfollow-up\b[^.;]{0,40}\b(?:trial|study)\b"),
    _rule("readout", r"\b(?:met|meets|meet|meeting|miss(?:es|ed)?|achiev(?:e[sd]?|ing)|hit|hits|fail(?:s|ed)?(?: to (?:meet|achieve|reach))?)\b[^.;]{0,60}\b(?:primary|co-primary|dual primary|key secondary|secondary|main|both|all|efficacy) (?:and (?:all )?(?:key )?secondary )?(?:efficacy |safety )?(?:endpoints?|end ?points?|goals?|objectives?|outcomes?)\b"),
    _rule("readout", r"\b(?:endpoints?|goals?|objectives?)\b[^.;]{0,60}\b(?:was|were) (?:also )?(?:met|not met|missed|achieved|reached)\b"),
    _rule("readout", r"\b(?:met|crossed)\b[^.;]{0,40}\bfutility\b|\bfor futility\b|\bfutility analysis\b"),
    _rule("readout", r"\b(?:a |the |positive |negative |first |new |phase \d\w? )?(?:readout|read-out)\b", weak=True),
    _rule("readout", r"\b(?:[Bb]ased on|review of|following|after|citing|[Ff]ollow(?:s|ed)|in light of)\b[^.;]{0,50}\b(?:top-?line|interim|final|efficacy|clinical|phase|Phase|positive|negative|disappointing|new|these)?\s?[^.;]{0,30}\b(?:results|data|findings|analysis)\b[^.;]{0,30}\b(?:from|of|in)\b[^.;]{0,60}\b(?:trials?|stud(?:y|ies))\b"),
    _rule("readout", r"\b(?:trial|study|data|results|drug|treatment|therapy)\b[^.;]{0,80}\b(?:did not (?:demonstrate|show|meet|achieve|result in|significantly|improve|reach)|failed to (?:show|demonstrate|improve|beat|meet)|significantly (?:improved|reduced|slowed|prolonged|lowered|increased))\b"),
    # what may come
    _rule("other", r"\blook(?:s|ing)? forward to (?:the )?(?:presentation|presenting|sharing|reporting)\b[^.;]{0,120}\b(?:congress|Congress|conference|Conference|Meeting|in [A-Z][a-z]+)\b|\b(?:will|to) (?:be )?(?:presented?|presenting|disclosed?|shared?)\b(?! at (?:a |an )?(?:future|upcoming|forthcoming))[^.;]{0,80}\b(?:congress|conference|meeting|symposium|ASCO|ESMO|ASH|EULAR|ACR|AAD|EADV|ADA|EASD|AHA|ACC|ESC|AAN|CTAD)\w*\b", "presentation planned", "planned"),
    _rule("other", r"\b(?:results|data|readout|topline|read out|report)\b[^.;]{0,50}\b(?:are|is|were)? ?(?:expected|anticipated|due|slated)\b[^.;]{0,40}\b(?:in|by|late|early|mid|during|from|next|this|later|year)\b|\b(?:expects?|anticipates?|plans?|on track|should)\b[^.;]{0,80}\b(?:to )?(?:report|release|share|announce|read out|present)\b[^.;]{0,40}\b(?:data|results|findings|topline)\b", "results expected", "expected"),
    _rule("other", r"\b(?:expects?|plans?|intends?) to (?:dose|enrol|randomi[sz]e|treat)\b", "trial start planned", "planned"),
    _rule("forecast", r"\b(?:peak (?:annual )?sales|sales (?:forecast|guidance)|revenue guidance|expects? (?:\w+ ){0,4}(?:revenue|sales)|forecasts? (?:\w+ ){0,4}(?:sales|revenue))\b", None, "expected"),
)  # fmt: skip

SAFETY_SIGNAL: tuple[re.Pattern[str], ...] = tuple(
    re.compile(p)
    for p in (
        r"\b(?:one|two|three|four|five|\d+|a|another|an?) (?:patients?|participants?|subjects?|child(?:ren)?|people|person|boy"
        r"|girl|man|woman)\b[^.;]{0,240}\b(?:died|death|fatal)\b",
        r"\b(?:patient|participant|treatment-related|drug-related) deaths?\b|\bdied (?:after|due|from|of|following|while)\b",
        r"\b(?:fatal|fatality)\b",
        r"\b(?:boxed warning|black box|safety warning|safety alert)\b",
        r"\b(?:new|potential|serious|emerging) safety (?:signal|concern)s?\b",
    )
)
"""Words that tell a safety signal by themselves."""

WITH_EVENT: tuple[re.Pattern[str], ...] = tuple(
    re.compile(p) for p in (r"\bhigher (?:rates?|incidences?|frequenc\w+|risk) of (?:both )?", r"\b(?:cases?|reports?) of ")
)
"""Words that tell a safety signal where an adverse event follows; after the second, one of which a single case matters."""
