"""What came out of a task: every link once, the watermarked apart, and words where there are any."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.envelope import read_answer
from sora_tui.kie.fields import Media
from sora_tui.kie.media import media_of
from sora_tui.kie.messages import TaskRecord
from sora_tui.kie.results import MAX_LINKS, MAX_TEXT, Result, read_result
from tests.unit.kie.any_json import unhurried, values
from tests.unit.kie.recorded import RECORDED, recorded
from tests.unit.kie.wire import enveloped

ONE, TWO, THREE, FOUR = (f"https://a.example/{number}.mp4" for number in (1, 2, 3, 4))


def result(value: Any) -> Result:
    """The result of a record whose `resultJson` is this as the service writes it: a JSON string."""
    return read_result({"resultJson": json.dumps(value)})


# Links


def test_links_under_other_names_come_after_the_results_own() -> None:
    assert result({"firstFrameUrl": TWO, "lastFrameUrl": THREE, "resultUrls": [ONE, TWO]}).links == (ONE, TWO, THREE)
    assert result({"audioUrl": ONE, "imageUrl": TWO}).links == (ONE, TWO)


@pytest.mark.parametrize(
    "value",
    [
        {"resultObject": {"tracks": [{"audio": ONE}, {"audio": TWO}, {"cover": ONE}]}},
        {"resultObject": json.dumps({"files": [ONE, TWO]})},
        {"resultUrls": [{"url": ONE}, {"url": TWO}]},
        [ONE, {"more": [[TWO]]}],
        {"resultUrls": f'["{ONE}"]', "originUrls": json.dumps([TWO])},
    ],
)
def test_links_are_found_however_deep_they_lie(value: Any) -> None:
    assert result(value).links == (ONE, TWO)


def test_links_with_a_watermark_are_kept_apart_wherever_they_are() -> None:
    found = result(
        {
            "resultUrls": [ONE],
            "resultWaterMarkUrls": [TWO],
            "resultObject": {"watermark_video": {"url": THREE}, "noWatermarkUrl": FOUR},
        }
    )
    assert (found.links, found.watermark_links) == ((ONE, FOUR), (TWO, THREE))


def test_what_was_asked_for_is_no_result() -> None:
    echoed = {"resultUrls": [ONE], "input": {"image_url": TWO}, "param": json.dumps({"u": TWO}), "callBackUrl": THREE}
    assert result(echoed) == Result((ONE,))


def test_a_bare_link_is_a_link_and_no_text() -> None:
    assert read_result({"resultJson": ONE}) == read_result({"resultJson": json.dumps(ONE)}) == Result((ONE,))


def test_a_place_with_the_results_own_links_counts_before_one_with_others() -> None:
    assert read_result({"resultJson": {"firstFrameUrl": TWO}, "response": {"resultUrls": [ONE]}}).links == (ONE,)
    assert read_result({"resultJson": "done", "response": {"imageUrl": ONE}}) == Result((ONE,))


def test_there_are_never_endless_links_of_any_name() -> None:
    found = result({f"url{number}": f"https://a.example/{number}" for number in range(1000)})
    assert found.links == tuple(f"https://a.example/{number}" for number in range(MAX_LINKS))


# Words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("[Verse 1]\nA paper boat", "[Verse 1]\nA paper boat"),
        (" words \n", "words"),
        ('"words"', "words"),
        ('{"text": "words"}', "words"),
        ('{"resultObject": {"text": "words"}}', "words"),
        ('{"resultObject": "{\\"text\\": \\"words\\"}"}', "words"),
        ('{"text": "words", "words": 1, "is_final": true}', "words"),
        ('{"character_id": "char_7"}', '{\n  "character_id": "char_7"\n}'),
        ('{"resultObject": {"language": "de", "text": "Boot 船"}}', '{\n  "language": "de",\n  "text": "Boot 船"\n}'),
        ('[{"start": 0, "word": "boat"}]', '[\n  {\n    "start": 0,\n    "word": "boat"\n  }\n]'),
        ('{"score": 0.5}', '{\n  "score": 0.5\n}'),
        ("42", "42"),
    ],
)
def test_words_are_kept_as_they_are_and_objects_as_json(value: str, text: str) -> None:
    for place in ("resultJson", "response"):
        assert read_result({place: value}) == Result(text=text)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "null",
        "{}",
        "[]",
        '{"resultUrls": [""]}',
        '{"resultUrls": null, "text": "", "more": {"a": []}}',
        '{"resultUrls": ["https://a.exam',
        '[{"a": ',
        '{"success": true}',
        None,
        True,
    ],
)
def test_nothing_is_no_result(value: Any) -> None:
    assert read_result({"resultJson": value}) == Result()


def test_links_are_not_repeated_as_words_where_they_are_all_there_is() -> None:
    found = result(
        {"resultUrls": [ONE], "firstFrameUrl": TWO, "seed": 7, "hasAudio": True, "resultObject": {"u": [ONE]}}
    )
    assert found == Result((ONE, TWO))


def test_words_beside_links_are_kept_without_the_links() -> None:
    found = result({"resultUrls": [ONE], "resultWaterMarkUrls": [TWO], "firstFrameUrl": THREE, "text": "A boat"})
    assert found == Result((ONE, THREE), (TWO,), "A boat")


def test_words_that_links_belong_to_keep_them() -> None:
    track = {"title": "Boat", "audioUrl": ONE}
    found = result({"resultObject": {"tracks": [track]}})
    assert found.links == (ONE,)
    assert json.loads(found.text) == {"tracks": [track]}


def test_a_text_is_never_endless() -> None:
    assert read_result({"resultJson": "a" * 1_000_000}).text == "a" * MAX_TEXT
    assert len(result({"words": ["a" * 50] * 10_000}).text) == MAX_TEXT


def test_a_record_tells_the_words() -> None:
    record = TaskRecord.from_answer(read_answer(200, enveloped({"taskId": "t", "resultJson": '{"text": "secret"}'})))
    assert record.result_text == "secret"
    assert "secret" not in repr(record).replace(repr(record.raw), "")


@pytest.mark.parametrize("name", [name for name in RECORDED if "recordInfo" in name])
def test_what_was_recorded_has_links_alone(name: str) -> None:
    record = TaskRecord.from_answer(read_answer(200, json.dumps(recorded(name)).encode()))
    assert (len(record.links), record.result_text) == (1 if "success" in name else 0, "")
    assert [media_of(link) for link in record.links] == [Media.VIDEO] * len(record.links)


@unhurried
@given(
    values("resultUrls", "resultWaterMarkUrls", "text", "resultObject", "a")
    | st.recursive(st.sampled_from([ONE, TWO, "x", 1]), lambda inner: st.lists(inner) | inner.map(json.dumps))
)
def test_no_result_breaks_the_reading(value: Any) -> None:
    for place in (value, json.dumps(value)):
        found = read_result({"resultJson": place})
        assert len(set(found.links)) == len(found.links) <= MAX_LINKS
        assert len(found.text) <= MAX_TEXT


def test_json_inside_json_inside_json_comes_to_an_end() -> None:
    value: Any = ONE
    for _ in range(12):
        value = json.dumps([value])
    assert read_result({"resultJson": value}).links == ()


# Media


@pytest.mark.parametrize(
    ("link", "media"),
    [
        (ONE, Media.VIDEO),
        ("https://a.example/v/1.MP4?x=a.png#b.mp3", Media.VIDEO),
        ("https://a.example/1.webm", Media.VIDEO),
        ("https://a.example/1.png", Media.IMAGE),
        ("https://a.example/a.b/1.tar.jpeg", Media.IMAGE),
        ("https://a.example/1.mp3", Media.AUDIO),
        ("https://a.example/1.srt", Media.TEXT),
        ("https://a.example/1.zip", Media.FILE),
        ("https://a.example/mp4", Media.FILE),
        ("https://a.example/a.mp4/", Media.FILE),
        ("https://a.mp4", Media.FILE),
        ("https://a.example/?f=1.mp4", Media.FILE),
        ("https://[", Media.FILE),
        ("/home/me/a boat?.PNG", Media.IMAGE),
        ("", Media.FILE),
    ],
)
def test_a_link_tells_by_its_ending_what_it_leads_to(link: str, media: Media) -> None:
    assert media_of(link) is media
