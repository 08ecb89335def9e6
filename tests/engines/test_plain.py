"""The plain engine, told independently from the semantics, tells every example of the language guide as ours does."""

import pytest

from sim.engine.reference import KnotError, run
from tests.docs.test_language_guide import examples, named, prepared
from tests.engines.plain.hospital import PlainHospital
from tests.engines.plain.knots import KnotError as PlainKnotError


@pytest.mark.parametrize("example", examples(), ids=named)
def test_an_engine_that_asks_everybody_in_every_round_tells_the_same_story(example, tmp_path):
    _, program, fates = prepared(example, tmp_path)
    try:
        log = run(program, fates)
    except KnotError:
        with pytest.raises(PlainKnotError):
            PlainHospital(program, fates).run()
        return
    assert PlainHospital(program, fates).run().digest() == log.digest()
