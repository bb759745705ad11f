"""What must hold for each answer beside the contract. Loaded by Schemathesis."""
import json
import os
import re
import urllib.parse

import schemathesis

ROOTS = tuple(root for root in os.environ.get("WINNOW_FUZZ_ROOTS", "").split(os.pathsep) if root)
TOP = set(os.listdir("/"))
CLASS = re.compile(r"\b(?:[a-z][a-z0-9_]*\.){2,}[A-Z]\w*|\b[A-Z]\w+(?:Exception|Error)\b|\.java:\d+|\bat [\w.$]+\(")
SQL = re.compile(
    r"\b(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM)\b.{0,300}?\b(?:FROM|VALUES|SET|WHERE)\b"
    r"|SQLSTATE|PSQL|JDBC|Hibernate|duplicate key value|violates [\w ]*constraint|\brelation \"", re.DOTALL)
PATH = re.compile(r"(?<![\w.:/])/(?P<top>[^\s/'\",;:()]+)/[^\s'\",;()]*")


def texts(value):
    """All strings in an answer, whatever its shape."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def sent(response):
    """All that the request held, as it was and decoded: an answer may quote it."""
    body = response.request.body or b""
    body = body if isinstance(body, bytes) else str(body).encode("utf-8", "replace")
    parts = [response.request.url, body.decode("utf-8", "replace"), *map(str, response.request.headers.values())]
    parts += [urllib.parse.unquote_plus(part) for part in parts]
    try:
        parts += texts(json.loads(body))
    except ValueError:
        pass
    return "\n".join(parts)


@schemathesis.check
def errors_are_problems(ctx, response, case):
    if response.status_code < 400 or response.request.method == "HEAD":
        return
    kind = (response.headers.get("content-type") or [""])[0]
    if not kind.startswith("application/problem+json"):
        raise AssertionError(f"an error of the type '{kind}', which is no problem: {response.text[:300]}")
    problem = json.loads(response.content)
    if problem.get("status") != response.status_code:
        raise AssertionError(f"says {problem.get('status')} in an answer with {response.status_code}")


@schemathesis.check
def errors_show_nothing_of_the_inside(ctx, response, case):
    if response.status_code < 400:
        return
    try:
        text = "\n".join(texts(json.loads(response.content)))
    except ValueError:
        text = response.text
    quoted = sent(response)
    for what, pattern in (("code", CLASS), ("SQL", SQL)):
        for found in pattern.finditer(text):
            if found.group() not in quoted:
                raise AssertionError(f"shows {what}: '{found.group()[:200]}' in {text[:500]}")
    for found in PATH.finditer(text):
        if found["top"] in TOP and not found.group().startswith(ROOTS) and found.group() not in quoted:
            raise AssertionError(f"shows a path outside of the roots: '{found.group()}' in {text[:500]}")
