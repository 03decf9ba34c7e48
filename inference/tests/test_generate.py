"""The sources that a text cites."""

from inference.llm.base import Material
from inference.pipeline.generate import extract_sources


def test_only_cited_materials_become_sources():
    materials = [Material(n, n * 10, "제목", "do", "글", 0.9) for n in (1, 2, 3)]

    sources = extract_sources("둘이에요. [2] 또 둘이에요. [2] 없는 것 [9]", materials)

    [source] = [source.as_json() for source in sources]
    assert (source["number"], source["passage"], source["section"]) == (2, 20, "do")
