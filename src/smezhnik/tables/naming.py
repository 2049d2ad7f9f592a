"""Texts whose code is looked for, and names whose organisation is looked for."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.tables import shared

#: What becomes of a candidate: taken without asking, shown to a person, only listed.
IDENTITY_GRADES = ("accept", "ask", "weak")


class Texts(dy.Schema):
    """Texts to be given a code. One row, one text."""

    id = col.text("Код строки", "Id", "Ваш код строки; если пуст, берётся номер строки",
                  "Your own id of the row; if empty, the number of the row", key=True, example="1",
                  synonyms=("ID", "№", "№ п/п", "номер"))
    text = col.text("Текст", "Text", "Что описано: товар или вид деятельности",
                    "What is described: a product or an activity", need=True,
                    example="Стекло листовое термически полированное",
                    synonyms=("вид деятельности", "что нужно", "потребность", "предмет закупки", "предмет договора",
                              "phrase", *shared.GOODS))


class Examples(dy.Schema):
    """Texts whose code is known. One row, one text with its code."""

    text = col.text("Текст", "Text", "Описание, код которого известен", "A description whose code is known", need=True,
                    example="Стекло оконное М1", synonyms=("наименование", "описание", "продукция", "товар", "phrase"))
    code = col.code("Код", "Code", "Код классификатора", "Code of the classification", need=True, example="23.11.12",
                    synonyms=("код ОКПД2", "код ОКВЭД2", "ОКПД2", "ОКВЭД2", "ТН ВЭД", "gold_code"))


class Suggestions(dy.Schema):
    """Codes that texts may mean. One row, one text and one code."""

    id = col.text("Код строки", "Id", "Код строки", "Id of the row", key=True)
    rank = col.integer("Место", "Rank", "Место кода у этого текста, с 1", "Rank within the text, from 1", low=1,
                       need=True)
    code = col.code("Код", "Code", "Код классификатора", "Code of the classification", key=True)
    probability = col.number("Вероятность", "Probability", "Вероятность, что верен именно этот код, 0–1",
                             "Probability that this very code is right, 0–1", high=1, need=True, unit="share")
    reason = col.text("Довод", "Reason", "Название кода и общие слова", "Name of the code and the words shared",
                      need=True)


class Identities(dy.Schema):
    """Organisations that names may mean. One row, one name and one candidate."""

    row = col.integer("Строка", "Row", "Номер строки в вашем файле", "Number of the row in your file", low=1, need=True)
    asked = col.text("Название в списке", "Name asked", "Как названо в вашем файле", "As your file has it", need=True)
    rank = col.integer("Место", "Rank", "Место кандидата, с 1", "Rank of the candidate, from 1", low=1, need=True)
    inn = shared.inn()
    name = col.text("Название в реестре", "Name found", "Название в реестре", "Name in the register", need=True)
    region = shared.region()
    probability = col.number("Вероятность", "Probability", "Вероятность, что это та же организация, 0–1",
                             "Probability that it is the same organisation, 0–1", high=1, need=True, unit="share")
    grade = col.text("Решение", "Grade", "Принять, спросить человека или слабо: только для сведения",
                     "Take it, ask a person, or weak: only listed", choices=IDENTITY_GRADES, need=True)
    reason = col.text("Довод", "Reason", "Что сошлось и что нет", "What agrees and what does not", need=True)
