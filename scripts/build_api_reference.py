"""Write the reference of the API from its description: docs/reference/api.md (Russian and English side by side).

    .venv/bin/python scripts/build_api_reference.py            write
    .venv/bin/python scripts/build_api_reference.py --check    say whether it is up to date (exit code 1 if not)
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

OUT = Path(__file__).parent.parent / "docs" / "reference" / "api.md"
RULES = ("rights", "version", "pages", "closed", "files", "lang")
HEAD = """# Программный доступ · API

Сделано из описания: `scripts/build_api_reference.py`. Столбцы, виды значений и примеры – на странице `/api/` рабочего
места, описание для программ (OpenAPI 3.1) – `/api/v1/openapi.json`. Made from the description; columns, kinds of values
and examples stand on the page `/api/` of the workplace, the OpenAPI 3.1 document at `/api/v1/openapi.json`.

    curl -H "Authorization: Bearer $KEY" "$HOST/api/v1/needs?q=стекло"
"""


def text() -> str:
    """The whole page."""
    from smezhnik.messages import say
    from smezhnik.web.api.build import document
    from smezhnik.web.limits import LIMITS

    parts = [HEAD, "## Правила · Rules\n"]
    parts += [f"* {say(f'api.page.rule.{rule}', 'ru')}\n  {say(f'api.page.rule.{rule}', 'en')}" for rule in RULES]
    parts += ["\n## Ограничения · Limits\n", say("api.page.limits.help", "ru"), "", say("api.page.limits.help", "en"),
              "\n`SMEZHNIK_LIMITS=search=600/60,export=100/600`: другие числа, `off` – без них · others, `off`: none",
              "\n| что · what | раз · times | секунд · seconds |", "|---|---:|---:|"]
    parts += [f"| {say(f'api.limit.{name}', 'ru')} · {say(f'api.limit.{name}', 'en')} (`{name}`) | {limit.many} | "
              f"{limit.seconds} |" for name, limit in LIMITS.items()]
    parts += ["\n## Запросы · Operations\n", "| запрос · operation | что делает · what it does | ответы · answers |",
              "|---|---|---|"]
    codes: set[str] = set()
    for path, some in document()["paths"].items():
        for method, one in some.items():
            codes |= set(one["responses"])
            parts.append(f"| `{method.upper()} {path}` | {one['x-ru']['summary']} · {one['summary']} | "
                         f"{' '.join(sorted(one['responses']))} |")
    parts += ["\n## Ответы · Answers\n", "| | |", "|---|---|"]
    parts += [f"| {code} | {say(f'api.status.{code}', 'ru')} · {say(f'api.status.{code}', 'en')} |"
              for code in sorted(codes)]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Write or compare."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"SMEZHNIK_HOME": home, "DJANGO_SETTINGS_MODULE": "smezhnik.web.settings"}
        import django

        django.setup()
        made = text()
    if "--check" in sys.argv:
        sys.exit(0 if OUT.exists() and OUT.read_text("utf-8") == made else 1)
    OUT.write_text(made, "utf-8")


if __name__ == "__main__":
    main()
