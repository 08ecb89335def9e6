"""The list of key figures is complete, grouped, and pleasant to read."""

from sim.measure.kpis import FAMILIES, KPIS
from sim.report.kpi_list import kpis_record, kpis_text


def test_every_figure_stands_in_one_family():
    names = [kpi.name for family in FAMILIES.values() for kpi in family]
    assert len(names) == len(set(names)) == len(KPIS)


def test_the_list_tells_of_each_figure_what_it_is_and_where_it_comes_from():
    lines = " ".join(kpis_text().split())
    for kpi in KPIS.values():
        assert f"{kpi.name}: {kpi.label}" in lines
        assert kpi.definition in lines
        assert f"Source: {kpi.source}" in lines


def test_no_line_is_too_long_to_read():
    assert max(map(len, kpis_text().splitlines())) <= 100
    assert max(map(len, kpis_text(72).splitlines())) <= 72


def test_the_record_tells_the_family_too():
    by_name = {one["kpi"] if "kpi" in one else one["name"]: one for one in kpis_record()}
    assert by_name["waiting_now"]["family"] == "Waiting list"
    assert set(by_name["waiting_now"]) == {"name", "label", "unit", "direction", "definition", "source", "family"}


def test_harm_is_told_as_indicative_with_its_source():
    harm = KPIS["extra_deaths_per_week"]
    assert "indicative" in harm.label
    assert "Emergency Medicine Journal 2022" in harm.source
    assert "82" in harm.definition
