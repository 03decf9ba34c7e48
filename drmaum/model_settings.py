"""Settings of models, answers and the search: a part of `drmaum.settings`."""

import os
from pathlib import Path

from drmaum.secrets import env

BASE_DIR = Path(__file__).resolve().parents[1]

EMBEDDING_MODEL = env("EMBEDDING_MODEL", default="multilingual-e5-small-int4")
EMBEDDING_MODELS = env("EMBEDDING_MODELS", default=str(BASE_DIR / "drmaum" / "embeddings.toml"))
EMBEDDING_THREADS = env.int("EMBEDDING_THREADS", default=1)
EMBEDDING_JOBS = env.int("EMBEDDING_JOBS", default=os.cpu_count() or 1)
OWN_EMBEDDING_API_KEY = env("OWN_EMBEDDING_API_KEY", default="")
OWN_EMBEDDING_BASE_URL = env("OWN_EMBEDDING_BASE_URL", default="") or None
ANTHROPIC_API_KEY = env("ANTHROPIC_API_KEY", default="")
ANTHROPIC_BASE_URL = env("ANTHROPIC_BASE_URL", default="") or None
ANTHROPIC_MODEL = env("ANTHROPIC_MODEL", default="claude-sonnet-5")
OPENAI_API_KEY = env("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = env("OPENAI_BASE_URL", default="") or None
OPENAI_MODEL = env("OPENAI_MODEL", default="gpt-5-mini")
OWN_MODEL_API_KEY = env("OWN_MODEL_API_KEY", default="")
OWN_MODEL_BASE_URL = env("OWN_MODEL_BASE_URL", default="") or None
OWN_MODEL_MODEL = env("OWN_MODEL_MODEL", default="default")
MODEL_POLICY = env("MODEL_POLICY", default=str(BASE_DIR / "drmaum" / "models.toml"))
MODEL_ORDER = env.list("MODEL_ORDER", default=["claude", "openai", "own"])
MODEL_CONNECT_SECONDS = env.float("MODEL_CONNECT_SECONDS", default=5)
MODEL_FIRST_TOKEN_SECONDS = env.float("MODEL_FIRST_TOKEN_SECONDS", default=15)
MODEL_IDLE_SECONDS = env.float("MODEL_IDLE_SECONDS", default=10)
MODEL_ANSWER_SECONDS = env.float("MODEL_ANSWER_SECONDS", default=60)
MODEL_LONGEST_ANSWER_TOKENS = 1500
MODEL_TRIES = env.int("MODEL_TRIES", default=2)  # calls to one model, the first included
MODEL_RETRY_SECONDS = env.float("MODEL_RETRY_SECONDS", default=0.5)
MODEL_LONGEST_WAIT_SECONDS = env.float("MODEL_LONGEST_WAIT_SECONDS", default=3)
BREAKER_FAILURES = env.int("BREAKER_FAILURES", default=5)
BREAKER_SECONDS = env.float("BREAKER_SECONDS", default=15)
BUDGET_WON_A_DAY = env.float("BUDGET_WON_A_DAY", default=100_000)
BUDGET_OWNER_WON_A_DAY = env.float("BUDGET_OWNER_WON_A_DAY", default=2_000)
HISTORY_TOKENS, MEMORY_TOKENS = 3000, 900
MOST_VERSIONS = 5
APPROVED_LEAST_SIMILARITY = 0.9
RETRIEVAL_LEAST_SCORE = env.float("RETRIEVAL_LEAST_SCORE", default=0.42)
RETRIEVAL_LEAST_WORDS = 0.30  # without a vector
RETRIEVAL_SHORT_QUESTION = 15
