"""The plain engine, told independently from the semantics, tells every example of the language guide as ours does."""

import pytest

from sim.demand.fates import draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.reference import KnotError, run
from sim.scenario.loading import load_file
from tests.docs.test_language_guide import examples, named
from tests.engines.plain.hospital import PlainHospital
from tests.engines.plain.knots import KnotError as PlainKnotError


@pytest.mark.parametrize("example", examples(), ids=named)
def test_an_engine_that_asks_everybody_in_every_round_tells_the_same_story(example, tmp_path):
    for name, text in (*example.files, ("example.yaml", example.scenario)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    scenario = load_file(tmp_path / "example.yaml").scenario
    program, fates = compile_scenario(scenario), draw_fates(scenario, scenario.run.seed, replication=0)
    try:
        log = run(program, fates)
    except KnotError:
        with pytest.raises(PlainKnotError):
            PlainHospital(program, fates).run()
        return
    assert PlainHospital(program, fates).run().digest() == log.digest()
