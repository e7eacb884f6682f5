"""The version of the wheel is in every report, so that the operator takes none of another release."""

import pytest
from medallion_engine import platform


@pytest.fixture
def wheel(tmp_path, monkeypatch) -> str:
    """What an installed wheel leaves beside its modules."""
    folder = tmp_path / "medallion_engine-0.1.0+gabc.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: medallion-engine\nVersion: 0.1.0+gabc\n")
    monkeypatch.syspath_prepend(tmp_path)
    return "0.1.0+gabc"


def test_plain_sources_have_no_version():
    assert platform.wheel_version() is None


def test_every_layer_reports_the_version_of_its_wheel(spark, lake, wheel):
    batch = lake.run(lake.land("gym_logins/a.csv", "mac_address,gym,login,logout\n"))
    assert {lake.report(batch, layer)["wheel"] for layer in ("bronze", "silver", "gold")} == {wheel}
