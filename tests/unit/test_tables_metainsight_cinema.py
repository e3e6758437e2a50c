"""The columns of MetaInsight, CINeMA and netmeta's data sets (layouts as their published examples have them)."""

from pathlib import Path

import pytest

from topline.errors import DataError
from topline.tables import read_table


def read(folder: Path, text: str, **options):
    path = folder / "table.csv"
    path.write_text(text)
    return read_table(path, **options)


def test_metainsight_wide_with_covariates_quality_and_a_smaller_study(tmp_path):
    text = (
        "Study,T.1,R.1,N.1,T.2,R.2,N.2,T.3,R.3,N.3,covar.age,rob,indirectness,rob.component1\n"
        "Leo,x,33,103,y,34,104,z,35,105,98,2,3,1\nUrs,x,36,106,z,37,107,NA,NA,NA,97,3,1,3\n"
    )
    table = read(tmp_path, text, keep=["covar.age"])
    assert table.columns["study"] == ["Leo"] * 3 + ["Urs"] * 2
    assert table.columns["treatment"] == ["x", "y", "z", "x", "z"]
    assert table.columns["events"] == [33, 34, 35, 36, 37]
    assert table.extras["covar.age"] == [98, 98, 98, 97, 97]


def test_metainsight_with_a_number_for_each_study(tmp_path):
    text = "StudyID,Study,T,N,Mean,SD,rob\n1,Leo,x,30,-1,2,1\n1,Leo,y,31,-2,2,1\n2,Urs,x,30,-1,2,1\n2,Urs,y,31,-2,2,1\n"
    assert read(tmp_path, text).columns["study"] == ["Leo", "Leo", "Urs", "Urs"]
    # two studies of one name: the number says more than the name, and which is meant is asked
    with pytest.raises(DataError, match="more than one column could be the study"):
        read(tmp_path, text.replace("Urs", "Leo"))


def test_cinema_long_pairs_and_estimates(tmp_path):
    long = read(tmp_path, "study;id;t;r;n;rob\n AASK;1;ACE;45;410;1\n AASK;1;CCB;32;202;1\n")
    assert (long.columns["study"], long.columns["treatment"]) == (["AASK", "AASK"], ["ACE", "CCB"])
    means = read(tmp_path, "id,t,y,sd,n,rob\n1,a,0.5,0.2,10,1\n1,b,0.7,0.2,10,1\n")
    assert means.columns["mean"] == [0.5, 0.7]
    pairs = read(
        tmp_path,
        "id;t1;t2;r1;r2;n1;n2;rob;indirectness\n1;2;5;70;45;405;410;1;2\n1;2;4;70;32;405;202;1;2\n1;4;5;32;45;202;410;1;2\n",
    )
    assert pairs.columns["treatment"] == ["2", "5", "4"]
    assert pairs.columns["n"] == [405, 410, 202]
    contrasts = read(tmp_path, "id,t1,t2,effect,se,rob,indirectness\n1,a,b,0.5,0.2,1,1\n")
    assert (contrasts.layout, contrasts.columns["estimate"]) == ("contrast", [0.5])


def test_netmeta_wide_and_a_stronger_name_for_the_estimate(tmp_path):
    wide = read(
        tmp_path,
        "Study,Treatment1,y1,sd1,n1,Treatment2,y2,sd2,n2,Treatment3,y3,sd3,n3\n1,a,.5,.2,9,b,.4,.2,8,NA,NA,NA,NA\n",
    )
    assert wide.columns["mean"] == [0.5, 0.4]
    both = read(tmp_path, "study,treat1,treat2,TE,seTE,effect\n1,a,b,0.5,0.2,fixed\n")
    assert both.columns["estimate"] == [0.5]
