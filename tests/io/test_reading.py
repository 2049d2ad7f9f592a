"""Spreadsheets of plants as they are: each is read right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from smezhnik.errors import InputFaults, describe_fault
from smezhnik.io import check_table, read_table, recipe_of
from smezhnik.io.grid import Grid
from smezhnik.io.headers import recognise
from tests.io.broken import csv, text, xlsx
from tests.io.seeds import ROWS, SEEDS, write_seeds

FILES = Path(__file__).parent / "files"
GLASS = "Стекло листовое 4 мм"


def grid(*rows: str) -> Grid:
    """Rows of cells parted by semicolons, as the grid of a sheet."""
    return Grid(list(map(list, zip(*(row.split(";") for row in rows), strict=True))), range(1, len(rows) + 1))


def load(build, folder: Path, name: str = "a.csv", table: str = "needs", **options):  # type: ignore[no-untyped-def]
    build(folder / name)
    return read_table(folder / name, table, **options)


@pytest.mark.parametrize("name", [seed.name for seed in SEEDS if seed.name.split("-")[0] in ("tab", "semi", "comma")
                                  or seed.name in ("a.xlsx", "a.ods", "page.xls")])
def test_one_table_reads_alike_from_every_format_encoding_and_separator(tmp_path: Path, name: str) -> None:
    seed = next(item for item in SEEDS if item.name == name)
    seed.build(tmp_path / name)
    frame = read_table(tmp_path / name, "needs").frame
    assert frame["text"].to_list() == [row[1] for row in ROWS[1:4]]
    assert frame["inn"].to_list() == ["0274051582", "7707083893", None]
    assert frame["okpd2"].to_list() == ["23.11.12.110", "22.23.14", None]
    assert frame["volume"].to_list() == [1200.5, 420.0, 300.0]
    assert frame["unit"].to_list() == ["т", "км", "компл"]
    assert frame["needed_by"].to_list() == [dt.date(2026, 11, 22), dt.date(2026, 12, 1), None]
    assert frame["region"].to_list() == ["RU-BA", "RU-CHE", "RU-PER"]


def test_a_workbook_that_libreoffice_wrote_is_read() -> None:
    loaded = check_table(FILES / "libreoffice.ods", "needs")
    assert [(fault.code, fault.cell) for fault in loaded.faults] == [("excel_error", "G5")]
    assert {"hidden_rows", "title_rows", "empty_rows", "total_row"} <= {note.code for note in loaded.notes}
    assert loaded.frame["needed_by"].to_list() == [dt.date(2026, 12, 1), None]
    assert loaded.frame["value_th_rub"].to_list() == [2500.0, None]


def test_the_ending_of_the_name_does_not_matter(tmp_path: Path) -> None:
    write_seeds(tmp_path)
    for name in ("a.xlsx", "a.ods", "page.xls", "semi-cp866.csv", "needs.json", "plain.parquet"):
        renamed = tmp_path / f"{name}.bin"
        renamed.write_bytes((tmp_path / name).read_bytes())
        assert read_table(renamed, "needs").frame.equals(read_table(tmp_path / name, "needs").frame)


def test_two_storey_headers_column_numbers_and_a_title_are_understood(tmp_path: Path) -> None:
    def merge(book, page) -> None:  # type: ignore[no-untyped-def]
        page.merge_range(0, 0, 0, 4, "Потребность в материалах")
        page.merge_range(1, 0, 2, 0, "Наименование товара")
        page.merge_range(1, 1, 1, 2, "Количество")
        page.write_row(2, 1, ["Объём в год", "ед.\nизм."])
        page.merge_range(1, 3, 1, 4, "Стоимость")
        page.write_row(2, 3, ["Цена, тыс. руб./кг", "Сумма, млн руб."])

    loaded = load(xlsx([], [], [], [1, 2, 3, 4, 5], [GLASS, "300 кг", "т", "0,5", 2.5], more=merge), tmp_path, "a.xlsx")
    row = loaded.frame.row(0, named=True)
    assert (row["volume"], row["unit"]) == (0.3, "т")
    assert row["price"] == 500_000.0  # 0,5 тыс. руб. за кг = 500 000 руб. за т
    assert row["value_th_rub"] == 2500.0
    assert (loaded.read, loaded.accepted, loaded.skipped) == (2, 1, 1)


def test_a_sheet_per_plant_is_one_table_and_names_the_plant(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for title in ("Окна Идель", "Стан-Сервис"):
            page = book.add_worksheet(title)
            page.write_row(0, 0, ["№ п/п", "Что нужно"])
            page.write_row(1, 0, [1, f"Товар для {title}"])
    frame = read_table(path, "needs").frame
    assert frame["buyer"].to_list() == ["Окна Идель", "Стан-Сервис"]
    assert frame["need_id"].to_list() == ["Окна Идель-2", "Стан-Сервис-2"]


def test_dates_of_the_1904_epoch_are_right(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True, "default_date_format": "dd.mm.yyyy"}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Что нужно", "Срок поставки"])
        page.write_string(1, 0, "Стекло")
        page.write_datetime(1, 1, dt.date(2026, 11, 22))
        page.write_string(2, 0, "Плита")
        page.write_number(2, 1, 46_348 - 1462)
    loaded = read_table(path, "needs")
    assert loaded.frame["needed_by"].to_list() == [dt.date(2026, 11, 22)] * 2


def test_an_explicit_mapping_wins_over_recognition(tmp_path: Path) -> None:
    build = csv("Что нужно;Описание товара", "код 5;Стекло листовое")
    assert load(build, tmp_path, columns={"Описание товара": "text"}).frame["text"].to_list() == ["Стекло листовое"]
    assert load(build, tmp_path, columns={"B": "text"}).frame["text"].to_list() == ["Стекло листовое"]


def test_a_recipe_reads_the_next_file_of_the_same_layout(tmp_path: Path) -> None:
    first = load(csv("Хотим;Сколько", "Стекло;5 т"), tmp_path, columns={"Хотим": "text", "Сколько": "volume"})
    again = load(csv("Сколько;Хотим", "7 т;Плита"), tmp_path, "b.csv", recipe=recipe_of(first))
    assert again.frame.select("text", "volume", "unit").row(0) == ("Плита", 7.0, "т")


@pytest.mark.parametrize(("header", "cell", "column", "value"), [
    ("Сумма, руб.", "1 500 000", "value_th_rub", 1500.0),
    ("Сумма, млн руб.", "1,5", "value_th_rub", 1500.0),
    ("Сумма", "1,5 млн руб.", "value_th_rub", 1500.0),
    ("Сумма (тыс. руб.)", "1\u00a0500,5", "value_th_rub", 1500.5),
    ("Цена, тыс. руб.", "2", "price", 2000.0),
    ("Объём, тыс. т", "2", "volume", 2.0),
    ("Объём в год", "2\u202f000", "volume", 2000.0),
    ("Сумма, млн руб.", "1.005", "value_th_rub", 1005.0),
    ("Сумма, млн руб.", "4,35", "value_th_rub", 4350.0),
])
def test_units_of_headers_and_cells_scale_the_values(tmp_path: Path, header: str, cell: str, column: str,
                                                     value: float) -> None:
    loaded = load(csv(f"Что нужно;{header}", f"{GLASS};{cell}"), tmp_path)
    assert loaded.frame[column].to_list() == [value]


@pytest.mark.parametrize(("cells", "values"), [
    (("1,234,567", "1,500", "12,345"), [1234567.0, 1500.0, 12345.0]),
    (("1,234.5", "1,500", "3"), [1234.5, 1500.0, 3.0]),
    (("1.234,5", "1.500", "0,5"), [1234.5, 1500.0, 0.5]),
    (("1,5", "1,500", "2,25"), [1.5, 1.5, 2.25]),
])
def test_the_column_tells_whether_a_mark_groups_thousands(cells: tuple[str, ...], values: list[float],
                                                          tmp_path: Path) -> None:
    loaded = load(csv("Что нужно\tОбъём", *(f"{GLASS}\t{cell}" for cell in cells)), tmp_path)
    assert loaded.frame["volume"].to_list() == values
    assert not loaded.notes


@pytest.mark.parametrize("cells", [("1,500",), ("1,500", "1 200"), ("1,234,567", "1,500", "2,5")])
def test_a_mark_that_the_column_does_not_explain_is_noted(cells: tuple[str, ...], tmp_path: Path) -> None:
    loaded = load(csv("Что нужно\tОбъём", *(f"{GLASS}\t{cell}" for cell in cells)), tmp_path)
    assert 1.5 in loaded.frame["volume"].to_list()
    (note,) = loaded.notes
    assert describe_fault(note, "ru").replace("\u00a0", " ") == (
        "столбец «Объём»: «1,500» прочитано как 1,5: знак отделяет дробь (1 такая ячейка). Если это тысячи, уберите "
        "знак.")


def test_thousands_of_a_unit_are_counted_as_people_count(tmp_path: Path) -> None:
    rows = (f"{GLASS};1.005;шт", f"{GLASS};4,35;шт", f"{GLASS};1,1 тыс. шт;шт")
    loaded = load(csv("Что нужно;Объём, тыс. шт;Ед. изм.", *rows), tmp_path)
    assert loaded.frame["volume"].to_list() == [1005.0, 4350.0, 1100.0]


def test_prices_stand_in_the_unit_and_currency_that_their_row_names(tmp_path: Path) -> None:
    build = csv("Что нужно;Ед. изм.;Цена, USD/кг;Валюта", f"{GLASS};т;10;", f"{GLASS};кг;10;USD", f"{GLASS};;10;")
    frame = load(build, tmp_path).frame
    assert frame["price"].to_list() == [10_000.0, 10.0, 10.0]
    assert frame["currency"].to_list() == ["USD"] * 3
    roubles = load(csv("Что нужно;Цена;Валюта", f"{GLASS};10 руб.;рубли", f"{GLASS};10;"), tmp_path, "b.csv").frame
    assert roubles["currency"].to_list() == ["RUB", None]


def test_a_list_of_texts_is_not_cut_at_its_commas(tmp_path: Path) -> None:
    lines = ["Болт М12, оцинкованный", "Гайка М12, оцинкованная", "Шайба М12, оцинкованная"]
    assert load(csv(*lines), tmp_path).frame["text"].to_list() == lines
    assert load(csv("Что нужно", *lines), tmp_path, "b.csv").frame["text"].to_list() == lines
    table = load(csv("text, volume", "Болт М12, 5", "Гайка М12, 6"), tmp_path, "c.csv").frame
    assert table["volume"].to_list() == [5.0, 6.0]


def test_quantities_are_turned_into_the_unit_of_their_row(tmp_path: Path) -> None:
    build = csv("Продукция;Мощность, тыс. т;Минимальная партия;Ед. изм.", f"{GLASS};1,5;500 кг;т")
    loaded = load(build, tmp_path, table="offers")
    assert loaded.frame.select("capacity", "min_lot", "unit").row(0) == (1500.0, 0.5, "т")


def test_a_multiplier_beside_a_number_counts_in_the_unit_of_its_row(tmp_path: Path) -> None:
    write = tmp_path / "a.csv"
    write.write_text("Товар;Количество;Ед. изм.\nСтекло;420 тыс.;м2\nУплотнитель;1,2 млн;пог. м\n", "utf-8")
    assert read_table(write, "needs").frame["volume"].to_list() == [420_000, 1_200_000]


def test_a_multiplier_beside_a_number_of_multiples_is_asked_about(tmp_path: Path) -> None:
    write = tmp_path / "a.csv"
    write.write_text("Товар;Количество;Ед. изм.\nСтекло;420 тыс.;тыс. м2\n", "utf-8")
    assert [fault.code for fault in check_table(write, "needs").faults] == ["measure_unknown"]


@pytest.mark.parametrize(("header", "day", "code"), [
    ("Действует по", dt.date(2027, 1, 1), "last_day"), ("Действует до (включительно)", dt.date(2027, 1, 1), "last_day"),
    ("Срок действия", dt.date(2027, 1, 1), "last_day"), ("Дата окончания", dt.date(2027, 1, 1), "last_day"),
    ("Действует до", dt.date(2026, 12, 31), "end_exclusive"), ("Valid until", dt.date(2026, 12, 31), "end_exclusive"),
])
def test_the_words_of_a_header_tell_whether_the_last_day_counts(header: str, day: dt.date, code: str,
                                                                tmp_path: Path) -> None:
    loaded = load(csv(f"Изделие;{header}", f"{GLASS};31.12.2026"), tmp_path, table="offers")
    assert loaded.frame["valid_until"].to_list() == [day]
    assert [note.code for note in loaded.notes] == [code]


@pytest.mark.parametrize("headers", ["Код предложения;Продукция;Действует до", "offer_id;text;valid_until"])
def test_our_own_forms_hold_the_first_day_out_and_nothing_is_said(headers: str, tmp_path: Path) -> None:
    loaded = load(csv(headers, f"1;{GLASS};31.12.2026"), tmp_path, table="offers")
    assert loaded.frame["valid_until"].to_list() == [dt.date(2026, 12, 31)]
    assert not loaded.notes


def test_look_alike_letters_in_codes_are_read_as_meant(tmp_path: Path) -> None:
    loaded = load(csv("Что нужно;ОКПД2;Регион", f"{GLASS};23.1l.12;RU-BA"), tmp_path)
    assert loaded.frame["okpd2"].to_list() == ["23.11.12"]


def test_a_quote_inside_a_name_does_not_spoil_the_file(tmp_path: Path) -> None:
    loaded = load(csv("Что нужно;Покупатель", 'Стекло "М1" листовое;ООО "Окна" Юг', '"Рама" дубовая;АО Юг'), tmp_path)
    assert loaded.frame["buyer"].to_list() == ['ООО "Окна" Юг', "АО Юг"]
    assert loaded.frame["text"].to_list() == ['Стекло "М1" листовое', '"Рама" дубовая']


def test_the_order_of_columns_and_extra_columns_change_nothing(tmp_path: Path) -> None:
    one = load(csv("Что нужно;Объём;Ед. изм.", f"{GLASS};5;т"), tmp_path).frame
    other = load(csv("Ед. изм.;Телефон;Объём;Что нужно", f"т;1;5;{GLASS}"), tmp_path).frame
    assert one.equals(other)


def test_ids_default_to_the_number_of_the_row(tmp_path: Path) -> None:
    loaded = load(csv("Что нужно;Объём", f"{GLASS};5", ";", "Плита;6"), tmp_path)
    assert loaded.frame["need_id"].to_list() == ["2", "4"]
    organisations = load(csv("Наименование;ИНН", "Окна Идель;0274051582", "Без номера;"), tmp_path, "o.csv",
                         "organisations")
    assert organisations.frame["org_id"].to_list() == ["0274051582", "3"]


def test_the_number_of_a_row_never_takes_the_id_of_another(tmp_path: Path) -> None:
    loaded = load(csv("Код потребности;Что нужно", "3;Болт", ";Гайка", "#4;Шайба", "4;Винт", ";Шуруп", ";Гвоздь",
                      "7;Скоба"), tmp_path)
    assert loaded.frame["need_id"].to_list() == ["3", "#3", "#4", "4", "6", "#7", "7"]
    again = load(csv("Код потребности;Что нужно", "4;Болт", "#4;Гайка", ";Шайба"), tmp_path)
    assert again.frame["need_id"].to_list() == ["4", "#4", "##4"]


def test_a_long_file_is_read_in_pieces_with_its_own_row_numbers(tmp_path: Path) -> None:
    lines = [f"Стекло листовое {number};{number}" for number in range(120_000)]
    lines[110_000] = "Стекло;много"
    csv("Что нужно;Объём", *lines)(tmp_path / "a.csv")
    loaded = check_table(tmp_path / "a.csv", "needs")
    assert [(fault.row, fault.code) for fault in loaded.faults] == [(110_002, "not_number")]
    assert (loaded.read, loaded.accepted, loaded.refused) == (120_000, 119_999, 1)


def test_a_note_on_a_column_is_said_once_with_its_whole_count(tmp_path: Path) -> None:
    csv("Что нужно;Объём", *(f"Стекло листовое {number};{number} т" for number in range(60_000)))(tmp_path / "a.csv")
    notes = check_table(tmp_path / "a.csv", "needs").notes
    assert [(note.code, note.fields["count"]) for note in notes] == [("units_in_cells", 60_000)]


def test_utf16_without_a_mark_and_two_marks_are_read(tmp_path: Path) -> None:
    assert load(text("Что нужно;Объём\nСтекло;5\n", "utf-16-le"), tmp_path).frame["volume"].to_list() == [5.0]
    assert load(text("\ufeff\ufeffЧто нужно;Объём\nСтекло;5\n"), tmp_path).frame["text"].to_list() == ["Стекло"]
    assert load(text("Что нужно;Объём\rСтекло;5\r"), tmp_path).frame["text"].to_list() == ["Стекло"]


def test_a_refused_file_gives_no_rows_unless_asked(tmp_path: Path) -> None:
    csv("Что нужно;Объём", "Стекло;много", "Плита;5")(tmp_path / "a.csv")
    with pytest.raises(InputFaults):
        read_table(tmp_path / "a.csv", "needs")
    loaded = read_table(tmp_path / "a.csv", "needs", skip_faulty=True)
    assert loaded.frame["text"].to_list() == ["Плита"]
    assert loaded.rows.rows() == [(None, 3)]


def test_frames_have_every_declared_column_in_its_type(tmp_path: Path) -> None:
    from smezhnik.tables import TABLES

    loaded = load(csv("Что нужно", GLASS), tmp_path)
    assert loaded.frame.schema == pl.Schema(TABLES["needs"].dtypes)
    TABLES["needs"].schema.validate(loaded.frame)


def test_names_of_plants_are_not_taken_for_products(tmp_path: Path) -> None:
    csv("id;customer;price", "1;ООО «Учебный завод стекла»;5", "2;АО «Учебный завод рам»;6")(tmp_path / "a.csv")
    assert [fault.code for fault in check_table(tmp_path / "a.csv", "needs").faults] == ["missing_column"]


def test_lists_of_codes_may_be_parted_in_any_usual_way(tmp_path: Path) -> None:
    build = csv("Наименование;Прочие ОКВЭД2", 'А;"22.23, 25.12"', "Б;22.23|25.12", 'В;"22.23; 25.12"')
    frame = load(build, tmp_path, table="organisations").frame
    assert frame["okved2_other"].to_list() == [["22.23", "25.12"]] * 3


@pytest.mark.parametrize(("table", "header", "column"), [
    ("offers", "Наименование", "text"), ("offers", "Наименование изделия", "text"), ("offers", "Артикул", "offer_id"),
    ("offers", "Код", "offer_id"), ("offers", "Ед.", "unit"), ("offers", "Ед. изм.", "unit"),
    ("offers", "Кол-во, шт", "capacity"), ("offers", "Цена за ед.", "price"), ("offers", "Цена с НДС, руб.", "price"),
    ("offers", "Наименование производителя", "seller"), ("offers", "ИНН изготовителя", "inn"),
    ("offers", "Код по ОКПД 2", "okpd2"), ("offers", "НД", "standard"),
    ("needs", "Наименование товара", "text"), ("needs", "Наименование ТМЦ", "text"),
    ("needs", "Наименование объекта закупки", "text"), ("needs", "Кол-во", "volume"),
    ("needs", "Потребность на год", "volume"), ("needs", "ИНН заказчика", "inn"),
    ("needs", "Наименование заказчика", "buyer"), ("needs", "Наименование единицы измерения", "unit"),
    ("needs", "Страна-производитель", "import_country"), ("needs", "UoM", "unit"), ("needs", "Qty", "volume"),
])
def test_headers_of_price_lists_and_purchase_plans_are_recognised(table: str, header: str, column: str) -> None:
    found = recognise(grid(header, "что-то"), table)
    assert found.columns == {column: 0}


@pytest.mark.parametrize("header", ["Наименование контрагента", "Описание упаковки", "Название склада"])
def test_a_general_word_names_no_goods_of_its_own(header: str) -> None:
    assert recognise(grid(header, "что-то"), "offers").columns == {}


def test_a_name_under_the_supplier_is_the_suppliers() -> None:
    found = recognise(grid("Поставщик;;Товар", "Наименование;ИНН;", "Стекло-Юрюзань;0274051582;Лист"), "offers")
    assert found.columns == {"seller": 0, "inn": 1, "text": 2}


def test_an_article_that_several_rows_share_is_no_key(tmp_path: Path) -> None:
    shared = load(csv("Артикул;Наименование", "С-4;Стекло 4 мм", "С-4;Стекло 4 мм, М1"), tmp_path, table="offers")
    assert shared.frame["offer_id"].to_list() == ["2", "3"]
    assert "«Артикул» повторяется, поэтому кодом строки взят её номер в файле." in [
        describe_fault(note, "ru").removeprefix("a.csv: ") for note in shared.notes]
    own = load(csv("Артикул;Наименование", "С-4;Стекло 4 мм", "С-6;Стекло 6 мм"), tmp_path, "b.csv", "offers")
    assert own.frame["offer_id"].to_list() == ["С-4", "С-6"]


def test_all_columns_that_are_missing_are_told_at_once_in_the_readers_language(tmp_path: Path) -> None:
    csv("Код сделки;Тема", "1;Стекло")(tmp_path / "a.csv")
    (fault,) = check_table(tmp_path / "a.csv", "examples").faults
    assert describe_fault(fault, "ru").startswith("a.csv: строка с названиями столбцов не найдена")
    csv("Код;Тема", "23.11;Стекло")(tmp_path / "b.csv")
    (fault,) = check_table(tmp_path / "b.csv", "examples").faults
    assert describe_fault(fault, "ru") == (
        "b.csv: нет столбца «Текст», без него строки не прочитать. Добавьте или укажите, какой столбец чем служит: "
        '--columns "Ваш столбец=text". Есть столбцы: Код, Тема')
    assert "no column “Text”" in describe_fault(fault, "en")


def test_a_file_of_another_table_is_told_to_be_one(tmp_path: Path) -> None:
    csv("Что нужно;Покупатель;Объём в год;Нужно к;Место", f"{GLASS};Окна Идель;5;01.03.2027;1")(tmp_path / "a.csv")
    (fault,) = check_table(tmp_path / "a.csv", "links").faults
    assert describe_fault(fault, "ru").startswith(
        "a.csv: нужна таблица «Связи» (links), а по столбцам это «Потребности» (needs). Нет столбцов «Код потребности,")
    assert "by its columns this is “Needs” (needs)" in describe_fault(fault, "en")


def test_a_counter_of_rows_gives_way_to_an_article() -> None:
    found = recognise(grid("№ п/п;Артикул;Наименование", "1;С-4;Стекло"), "offers")
    assert found.columns == {"offer_id": 1, "text": 2}
    assert found.notes == () and found.ignored == ()
    assert recognise(grid("№ п/п;Наименование", "1;Стекло"), "offers").columns == {"offer_id": 0, "text": 1}
