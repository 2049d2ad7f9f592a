"""What changed between two loads of the register of Russian industrial products."""

from __future__ import annotations

import dataframely as dy

from smezhnik.tables import column as col
from smezhnik.tables import shared

CHANGES = ("new", "expired", "lost", "points")


class RegisterChanges(dy.Schema):
    """One row, one change of one entry."""

    register_entry = col.text("Запись реестра", "Register entry", "Номер записи без приставки",
                              "Number of the entry without its prefix", key=True, example="10101")
    change = col.text("Изменение", "Change", "new – новая, expired – истекла, lost – выбыла, points – изменились баллы",
                      "new, expired, lost, points changed", choices=CHANGES, key=True)
    text = col.text("Продукция", "Product", "Название продукции", "Name of the product")
    seller = col.text("Производитель", "Producer", "Название завода", "Name of the plant")
    inn = shared.inn()
    region = shared.region()
    points_before = col.number("Баллы раньше", "Points before", "Баллы в прежней выгрузке", "Points in the old load")
    points_after = col.number("Баллы теперь", "Points now", "Баллы в новой выгрузке", "Points in the new load")
    register_until = col.date("Запись реестра до", "Register until", "Первый день, когда запись уже не действует",
                              "The first day when the entry is no longer valid")
