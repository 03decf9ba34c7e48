"""`models.toml`: valid as shipped, clear when it is not, and who is asked under it."""

import pytest
from pydantic import ValidationError

from inference.llm import gateway
from inference.llm.policy import Policy, Rule, Situation, policy
from inference.tests import model_server as play
from inference.tests.wire import read

MODEL = """
[models.claude]
api = "anthropic"
settings = "ANTHROPIC"
is_overseas = true
sees_photos = true
won_per_million_input = 1
won_per_million_output = 1
"""
RULE = '[[rules]]\nwhy = "always"\nfirst = []\n'
BROKEN = {
    "a model without a price": (MODEL.replace("won_per_million_input = 1\n", "") + RULE, "won_per"),
    "a price below nothing": (MODEL.replace("input = 1", "input = -1") + RULE, "won_per"),
    "an unknown kind of api": (MODEL.replace('"anthropic"', '"bedrock"') + RULE, "api"),
    "an unknown condition": (f"{MODEL}{RULE}weekday = 1\n", "weekday"),
    "an unknown urgency": (f'{MODEL}{RULE}urgency = ["panic"]\n', "urgency"),
    "no rules": (MODEL, "rules"),
    "no models": (RULE, "models"),
}


def test_the_shipped_policy_is_valid_and_has_an_answer_for_every_case():
    shipped = policy()

    assert list(shipped.models) == ["claude", "openai", "own"]
    assert shipped.rules[-1] == Rule(why="the order as it is set", first=[])
    assert {name for rule in shipped.rules for name in rule.first} <= shipped.models.keys()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_policy_says_what_is_wrong(name, tmp_path, settings):
    text, field = BROKEN[name]
    settings.MODEL_POLICY = str(tmp_path / "models.toml")
    (tmp_path / "models.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ValidationError) as error:
        policy()

    assert field in str(error.value)


def test_a_rule_that_names_an_unknown_model_is_refused(tmp_path, settings):
    settings.MODEL_POLICY = str(tmp_path / "models.toml")
    slip = RULE.replace("first = []", 'first = ["cluade"]')
    (tmp_path / "models.toml").write_text(MODEL + slip, encoding="utf-8")

    with pytest.raises(ValidationError):
        policy()


HOLDS = {
    "nothing asked": ({}, Situation(urgency="home"), True),
    "urgency in": ({"urgency": ["urgent"]}, Situation(urgency="urgent"), True),
    "urgency out": ({"urgency": ["urgent"]}, Situation(urgency="soon"), False),
    "photo": ({"has_photo": True}, Situation(urgency="home", has_photo=True), True),
    "no photo": ({"has_photo": True}, Situation(urgency="home"), False),
    "without photo": ({"has_photo": False}, Situation(urgency="home", has_photo=True), False),
    "tokens over": ({"tokens_over": 100}, Situation(urgency="home", tokens=101), True),
    "tokens at": ({"tokens_over": 100}, Situation(urgency="home", tokens=100), False),
    "spent over": ({"spent_over": 0.8}, Situation(urgency="home", spent=0.81), True),
    "spent at": ({"spent_over": 0.8}, Situation(urgency="home", spent=0.8), False),
    "one of two": ({"spent_over": 0.8, "tokens_over": 1}, Situation(urgency="home", spent=1), False),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLDS)
def test_a_rule_holds_when_all_its_conditions_do(name):
    conditions, now, expected = HOLDS[name]

    assert Rule(why="", first=[], **conditions).holds(now) is expected


def test_the_first_rule_that_holds_decides():
    rules = [
        Rule(why="grave", first=[], urgency=["emergency"]),
        Rule(why="always", first=[]),
        Rule(why="never reached", first=[]),
    ]
    found = Policy(models={}, rules=rules)

    assert found.rule_for(Situation(urgency="emergency")).why == "grave"
    assert found.rule_for(Situation(urgency="home")).why == "always"
    assert Policy(models={}, rules=rules[:1]).rule_for(Situation(urgency="home")) is None


def test_a_model_without_key_and_address_is_left_out(settings):
    settings.MODEL_ORDER = ["own", "openai", "nobody", "claude"]
    settings.ANTHROPIC_API_KEY, settings.OPENAI_API_KEY = "", "key"
    settings.OWN_MODEL_API_KEY, settings.OWN_MODEL_BASE_URL = "", None

    assert gateway.names() == ["openai", "extractive"]

    settings.OWN_MODEL_BASE_URL = "http://127.0.0.1:8001/v1"
    assert gateway.names() == ["own", "openai", "extractive"]


@pytest.mark.django_db(transaction=True)
async def test_the_request_to_an_own_server_uses_the_older_limit(models, settings):
    settings.OWN_MODEL_BASE_URL = f"{models.url}/v1"
    settings.OWN_MODEL_MODEL = "qwen"
    models.will("openai", play.ok("네."), play.ok("네."))

    await read("own")
    await read("openai")

    own, openai = (request.body for request in models.requests)
    assert (own["model"], own["max_tokens"]) == ("qwen", 100)
    assert "max_completion_tokens" not in own
    assert openai["max_completion_tokens"] == 100
    assert "max_tokens" not in openai


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("library", "meaning")
async def test_without_consent_only_the_own_server_is_asked(models, consultation, ask, settings):
    settings.OWN_MODEL_BASE_URL = f"{models.url}/v1"
    settings.MODEL_ORDER = ["claude", "openai", "own"]
    models.will("openai", play.refused(400))

    answered = await ask(consultation, "강아지 입냄새가 나요")

    assert [request.body["model"] for request in models.requests] == ["default"]
    assert answered.steps["route"]["detail"].startswith("own > extractive")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("library", "meaning")
async def test_a_very_long_request_goes_to_the_cheaper_input_first(
    models, abroad, ask, tmp_path, settings
):
    settings.MODEL_POLICY = str(tmp_path / "models.toml")
    shipped = (settings.BASE_DIR / "drmaum" / "models.toml").read_text(encoding="utf-8")
    (tmp_path / "models.toml").write_text(shipped.replace("12000", "100"), encoding="utf-8")

    answered = await ask(abroad, "강아지 입냄새가 나요")

    assert answered.steps["route"]["detail"] == (
        "openai > claude > extractive"
        " (a very long consultation: the model with the cheaper input first)"
    )
