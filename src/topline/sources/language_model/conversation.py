"""What is asked of the service and how its answer is read: the request takes the best form that the service takes.

A JSON Schema where it takes one, else any JSON object, else plain text; and without a parameter that it does not know.
The form depends on the service's refusals alone, never on the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from topline.errors import FetchError
from topline.sources.language_model.exchange import Line, RefusedRequestError
from topline.sources.language_model.json_text import as_line, first_object, without_key
from topline.sources.language_model.prompt import KINDS, answer_schema

FORMATS = ("json_schema", "json_object", "text")
_OPTIONAL = ("temperature", "seed")
_NOT_THE_FORM = re.compile(r"context.{0,20}(?:length|window|size)|too (?:long|many tokens)|maximum.{0,20}tokens", re.I)


class CutShortError(Exception):
    """The answer reached the limit of output tokens before its end."""


@dataclass
class Conversation:
    """Asks one part of a document after the other in one form; ``said_model`` is how the service calls the model."""

    line: Line
    form: str = FORMATS[0]
    limit_name: str = "max_tokens"
    left_out: set[str] = field(default_factory=set)
    said_model: str | None = None

    def ask(self, messages: list[dict[str, str]]) -> dict[str, Any]:
        """The model's proposals, a JSON object with some of the keys of ``KINDS``.

        Raises ``CutShortError``, or ``FetchError`` for an answer that can't be had or is of no use.
        """
        while True:
            try:
                answer = self.line.ask(self._request(messages))
            except RefusedRequestError as refused:
                self._adapt(refused)
                continue
            return self._proposals(answer)

    def sent(self) -> dict[str, Any]:
        """The parameters that the service took, for the record."""
        request = self._request([])
        return {k: request[k] for k in (self.limit_name, *_OPTIONAL) if k in request} | {"response_format": self.form}

    def _request(self, messages: list[dict[str, str]]) -> dict[str, Any]:
        endpoint = self.line.endpoint
        request: dict[str, Any] = {
            "model": endpoint.model,
            "messages": messages,
            "stream": False,
            self.limit_name: endpoint.max_output_tokens,
        }
        if "temperature" not in self.left_out:
            request["temperature"] = endpoint.temperature
        if "seed" not in self.left_out and endpoint.seed is not None:
            request["seed"] = endpoint.seed
        if self.form == "json_schema":
            schema = {"name": "facts", "strict": True, "schema": answer_schema()}
            request["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.form == "json_object":
            request["response_format"] = {"type": "json_object"}
        return request

    def _adapt(self, refused: RefusedRequestError) -> None:
        """Change the form in one respect; each respect changes once, so this ends. Raises ``FetchError`` at the end."""
        said = refused.message
        if "max_completion_tokens" in said and self.limit_name == "max_tokens":
            self.limit_name = "max_completion_tokens"
            return
        for name in _OPTIONAL:
            if name in said and name not in self.left_out:
                self.left_out.add(name)
                return
        place = FORMATS.index(self.form) + 1
        if place < len(FORMATS) and not _NOT_THE_FORM.search(said):
            self.form = FORMATS[place]
            return
        raise FetchError(
            f"the language model at {self.line.endpoint.host} refuses the request",
            found=f"status {refused.status}: {said}",
            repair="check --llm-model; a model needs room for 8,000 tokens of text and its answer",
        )

    def _proposals(self, answer: dict[str, Any]) -> dict[str, Any]:
        host = self.line.endpoint.host
        choices = answer.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        message = choice.get("message") if isinstance(choice, dict) else None
        if not isinstance(choice, dict) or not isinstance(message, dict):
            raise FetchError(
                f"the language model at {host} gave no answer",
                found="no choices",
                expected="an OpenAI-compatible chat completion",
            )
        if isinstance(answer.get("model"), str):
            self.said_model = as_line(without_key(self.line.key, answer["model"]))
        reason = choice.get("finish_reason")
        if reason == "length":
            raise CutShortError
        refusal = message.get("refusal")
        if reason == "content_filter" or (isinstance(refusal, str) and refusal):
            found = as_line(without_key(self.line.key, refusal)) if isinstance(refusal, str) else "stopped by a filter"
            raise FetchError(f"the language model at {host} declined to answer", found=found)
        content = _content(message.get("content"))
        if content is None:
            raise FetchError(
                f"the language model at {host} answered without text",
                found="a call of a tool" if message.get("tool_calls") else "an empty message",
                expected="a JSON object; no tools are offered",
            )
        proposals = first_object(content, frozenset(KINDS))
        if proposals is None:
            raise FetchError(
                f"the language model at {host} did not answer with facts",
                found=as_line(without_key(self.line.key, content)),
                expected=f"a JSON object with {', '.join(KINDS)}",
                repair="try again, or take another model",
            )
        return {kind: without_key(self.line.key, proposals.get(kind)) for kind in KINDS}


def _content(content: Any) -> str | None:
    """The text of a message: a string, or a list of parts of which some are text."""
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text"]
        content = "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) and content.strip() else None
