"""Two treatments are an ordinary meta-analysis: BCG vaccine, log odds ratio, metafor 5.0-1 (metafor_bcg_or.json)."""

import pytest

from topline.synthesis import nma


@pytest.mark.parametrize(("engine", "name"), [("dl", "DL"), ("reml", "REML"), ("ml", "ML"), ("common", "FE")])
def test_pooled_log_odds_ratio(engine, name, stored, tolerances):
    truth = stored("metafor_bcg_or")
    expected = truth["rma"][name]
    request = {"model": "common"} if engine == "common" else {"engine": engine}
    result = nma(truth["data"], measure="OR", reference="group 2", **request).result
    tolerance = tolerances.ITERATED if engine in ("reml", "ml") else tolerances.CLOSED_FORM
    (effect,) = result.effects
    se = expected["se"][0]
    assert effect.treatment == "group 1"
    assert abs(result.tau2 - expected["tau2"]) <= tolerance * max(expected["tau2"], 1e-9)
    assert tolerances.close(effect.estimate, expected["beta"]["intrcpt"], tolerance, se)
    assert tolerances.close(effect.se, se, tolerance)
    assert tolerances.close(effect.lower, expected["ci_lb"][0], tolerance, se)
    assert tolerances.close(effect.upper, expected["ci_ub"][0], tolerance, se)
    assert tolerances.close(result.q.total, expected["QE"], tolerances.CLOSED_FORM)
    assert result.q.between is None
    if engine != "common":
        # metafor's I2 is tau2/(tau2 + typical variance), in percent
        assert tolerances.close(100 * result.i2_tau2, expected["I2"], tolerance)
