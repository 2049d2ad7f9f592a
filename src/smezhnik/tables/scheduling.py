"""Pair meetings and delegations: what goes into their calculations and what comes out."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col

SIDES = ("host", "guest")
#: Why a wish is not met, and why a candidate has no seat: codes of ``scheduling``.
UNMET = ("away", "host_full", "guest_full", "both_full", "tables", "crossed")
LEFT_OUT = ("asked_out", "no_package", "displaced", "weaker", "bound")
#: What a condition of a delegation counts.
COUNTED = ("package", "cluster", "role", "industry", "organisation")


class Participants(dy.Schema):
    """Participants of pair meetings. One row, one firm."""

    participant_id = col.text("Код участника", "Participant id", "Ваш код участника; если пуст, берётся название",
                              "Your own id of the participant; if empty, the name is taken", key=True,
                              synonyms=("ID", "№", "номер"))
    name = col.text("Участник", "Participant", "Название участника", "Name of the participant", need=True,
                    example="Окна Идель", first=1, synonyms=("организация", "наименование", "предприятие", "завод",
                                                            "название"))
    side = col.text("Сторона", "Side", "Принимает за своим столом (покупатель) или ходит по столам (поставщик)",
                    "Stays at a table (a buyer) or goes from table to table (a supplier)", choices=SIDES, need=True,
                    example="host", synonyms=("роль", "кто", "role"))
    slots = col.text("Свободные слоты", "Free slots", "Номера слотов, в которые он на месте: 1–8; 12. Пусто – все",
                     "Numbers of the slots in which it is there: 1–8; 12. Empty is all", example="1–8; 12")
    most = col.integer("Не больше встреч", "Most meetings", "Сколько встреч участник выдержит; пусто – сколько слотов",
                       "How many meetings it can bear; empty is as many as slots", example=10)


class Wishes(dy.Schema):
    """Wishes of participants. One row, who wants to meet whom."""

    who = col.text("Кто", "Who", "Код или название участника, который хочет встречи",
                   "Id or name of the participant that wants the meeting", need=True, key=True, example="Окна Идель",
                   synonyms=("участник", "от кого"))
    whom = col.text("С кем", "With whom", "Код или название того, с кем", "Id or name of the other one", need=True,
                    key=True, example="Стекло Сим", synonyms=("с кем встретиться", "кого"))
    wish = col.integer("Насколько важно", "How much", "1 – было бы хорошо, 2 – важно, 3 – обязательно; пусто – 1",
                       "1 would be good, 2 important, 3 a must; empty is 1", high=3, example=2,
                       synonyms=("важность", "приоритет"))
    score = col.number("Вероятность связи", "Match probability", "Вероятность из подбора, 0–1, если она есть",
                       "Probability of the match, 0–1, where there is one", high=1, unit="share")
    topic = col.text("О чём", "Topic", "О чём разговор", "What to speak of", example="Стекло 4 мм", synonyms=("тема",))



def _host() -> dy.String:
    return col.text("Принимает", "Host", "Кто сидит за столом", "Who stays at the table", need=True, first=1)


def _guest() -> dy.String:
    return col.text("Приходит", "Guest", "Кто подходит к столу", "Who comes to the table", need=True, first=2)


class PairMeetings(dy.Schema):
    """A schedule of pair meetings. One row, one meeting."""

    slot = col.integer("Слот", "Slot", "Номер слота с 1", "Number of the slot, from 1", low=1, need=True)
    day = col.date("День", "Day", "День встречи", "Day of the meeting")
    starts = col.text("Начало", "Starts", "Время начала", "When it starts", example="10:00")
    ends = col.text("Конец", "Ends", "Время конца", "When it ends", example="10:25")
    table = col.integer("Стол", "Table", "Номер стола с 1", "Number of the table, from 1", low=1, need=True)
    host = _host()
    guest = _guest()
    mutual = col.flag("Взаимно", "Mutual", "Хотят обе стороны", "Both sides want it")
    topic = col.text("О чём", "Topic", "О чём разговор", "What to speak of")


class UnmetWishes(dy.Schema):
    """Wishes that a schedule does not meet. One row, one pair."""

    host = _host()
    guest = _guest()
    mutual = col.flag("Взаимно", "Mutual", "Хотят обе стороны", "Both sides want it")
    wish_host = col.integer("Важно принимающему", "Wish of the host", "Насколько хочет тот, кто принимает, 0–3",
                            "How much the host wants it, 0–3", high=3)
    wish_guest = col.integer("Важно приходящему", "Wish of the guest", "Насколько хочет тот, кто приходит, 0–3",
                             "How much the guest wants it, 0–3", high=3)
    reason = col.text("Почему нет встречи", "Why not", "Причина, по которой встречи нет в расписании",
                      "Why the schedule has no such meeting", choices=UNMET, need=True)


class Candidates(dy.Schema):
    """Who may go with a delegation. One row, one person, by post."""

    candidate_id = col.text("Код кандидата", "Candidate id", "Ваш код; если пуст, берётся номер строки",
                            "Your own id; if empty, the number of the row", key=True, synonyms=("ID", "№", "номер"))
    organisation = col.text("Организация", "Organisation", "Кого представляет", "Whom the person represents", need=True,
                            example="Окна Идель", first=1, synonyms=("предприятие", "завод"))
    post = col.text("Должность", "Post", "Должность; имя здесь не нужно", "The post; no name is needed here",
                    example="директор", first=2)
    packages = col.texts("Пакеты", "Packages", "Какие пакеты мест подходят; пусто – любой",
                         "Packages of seats that fit; empty is any", example="Премиум; Обычный")
    clusters = col.texts("Кластеры", "Clusters", "За какие кластеры отвечает", "Clusters that the person stands for",
                         example="Стекло и окна", synonyms=("кластер",))
    roles = col.texts("Роли", "Roles", "Роли в делегации", "Roles in the delegation", example="глава завода",
                      synonyms=("роль",))
    industries = col.texts("Отрасли", "Industries", "Отрасли", "Industries", example="23", synonyms=("отрасль",))
    expected_meetings = col.number("Ожидаемых встреч", "Expected meetings",
                                   "Сколько встреч даст место; пусто – неизвестно",
                                   "What the seat is worth; unknown adds nothing",
                                   example=4.0, synonyms=("встреч", "ценность"))
    must = col.flag("Обязательно", "Must go", "да – едет непременно", "yes: has a seat whatever happens")
    must_not = col.flag("Не едет", "Must not go", "да – места не получает", "yes: has no seat")


class DelegationRules(dy.Schema):
    """Conditions of a delegation. One row, one condition."""

    counted = col.text("Что считается", "What is counted", "Пакет мест, кластер, роль, отрасль или организация",
                       "Package of seats, cluster, role, industry or organisation", choices=COUNTED, need=True,
                       key=True, example="package", synonyms=("условие",))
    value = col.text("Какое", "Which", "Название пакета, кластера, роли …", "Name of the package, cluster, role …",
                     need=True, key=True, example="Премиум", synonyms=("название", "значение"))
    least = col.integer("Не меньше", "At least", "Не меньше стольких человек; у кластера пусто – один",
                        "At least so many people; for a cluster empty is one", example=1)
    most = col.integer("Не больше", "At most", "Не больше стольких человек; у пакета – сколько мест",
                       "At most so many people; of a package, its seats", example=3, synonyms=("мест",))


class DelegationSeats(dy.Schema):
    """A delegation. One row, one seat."""

    number = col.integer("№", "No.", "Номер в списке", "Number in the list", low=1, need=True)
    package = col.text("Пакет", "Package", "Пакет места", "Package of the seat", need=True)
    organisation = col.text("Организация", "Organisation", "Кого представляет", "Whom the person represents", need=True,
                            first=1)
    post = col.text("Должность", "Post", "Должность", "The post", first=2)
    clusters = col.texts("Кластеры", "Clusters", "За какие кластеры отвечает", "Clusters that the person stands for")
    alone_for = col.texts("Только он представляет", "Alone stands for", "Кластеры, за которые больше никто не отвечает",
                          "Clusters that nobody else stands for")
    expected_meetings = col.number("Ожидаемых встреч", "Expected meetings", "Сколько встреч даст место",
                                   "What the seat is worth")


class DelegationLosers(dy.Schema):
    """Who has no seat. One row, one candidate."""

    candidate_id = col.text("Код кандидата", "Candidate id", "Код кандидата", "Id of the candidate", key=True)
    organisation = col.text("Организация", "Organisation", "Кого представляет", "Whom the person represents", need=True,
                            first=1)
    post = col.text("Должность", "Post", "Должность", "The post", first=2)
    reason = col.text("Почему без места", "Why no seat", "Причина", "The reason", choices=LEFT_OUT, need=True)
    by = col.texts("Из-за кого", "Because of", "Кто занял место", "Who has the seat")
    clusters = col.texts("Кластеры", "Clusters", "За какие кластеры отвечал бы", "Clusters it would have stood for")
    loss = col.number("Встреч меньше", "Meetings lost", "Насколько меньше встреч ожидалось бы с ним",
                      "By how much fewer meetings were to be expected with it")
