# talentbot. `make` alone lists what there is.
#
# Two stamps in .venv make a second call instant: .run (what the program needs) and .dev (what its tests
# need besides). Everything is installed by hash from requirements/, which `make lock` writes.

VENV := .venv
BIN := $(VENV)/bin
PEERS := $(VENV)/peers
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --quiet
PORT ?= 8080
PEOPLE ?= 120
ONLY ?=
WORKERS ?= 3

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup setup-dev setup-browser demo test lint check docs bench drills lock

help: ## 列出可用的指令
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.run ## 建立 .venv 並安裝 talentbot 指令
	@echo "已就緒：$(BIN)/talentbot"

demo: $(VENV)/.run ## 啟動示範機關，印出一個網址（PORT=8080 PEOPLE=120）
	@$(BIN)/talentbot demo --port $(PORT) --people $(PEOPLE)

# pytest comes last, so that its summary closes the output. Most tests wait for another program, so three
# workers serve two cores.
test: lint setup-browser ## 安裝所需、檢查並執行全部測試（WORKERS=3）
	@$(BIN)/python -m pytest -n $(WORKERS)

check: lint docs ## 格式、型別、分層與文件檢查（不含其他測試）

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: setup-dev
	@$(BIN)/python -m pytest -q tests/docs

bench: setup-dev $(PEERS)/.installed ## 執行 benchmarks/ 的量測（ONLY="dialogue --only line" 只執行一項）
	@$(BIN)/python -m benchmarks $(ONLY)

drills: setup-dev ## 執行 tests/drills/ 的故障演練
	@if [ -n "$$(find tests/drills -name 'test_*.py' 2>/dev/null)" ]; then $(BIN)/python -m pytest tests/drills; \
	else echo "tests/drills/ 目前沒有演練，未執行任何項目。"; fi

lock: $(BIN)/python ## 依 pyproject.toml 重寫 requirements/（UPGRADE=--upgrade 取用新版）
	@[ -x $(VENV)/lock/bin/uv ] || { $(BIN)/python -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet uv; }
	@$(LOCK) --group dev --group build -o requirements/dev.txt $(UPGRADE)
	@$(LOCK) --group build -c requirements/dev.txt -o requirements/run.txt
	@$(RESOLVE) benchmarks/peers/requirements.in -o benchmarks/peers/requirements.txt $(UPGRADE)

# One file for Python 3.11 to 3.13; the place packages come from is the machine's own business.
RESOLVE = $(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header
LOCK = $(RESOLVE) pyproject.toml

# The first Python that is new enough and can make a virtual environment; PYTHON=… decides otherwise.
$(BIN)/python:
	@for candidate in "$(PYTHON)" python3 python3.13 python3.12 python3.11; do \
		[ -n "$$candidate" ] || continue; \
		"$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		exec "$$candidate" -m venv $(VENV); \
	done; \
	echo "需要 Python 3.11 以上與 venv：Debian 請執行 apt-get install python3 python3-venv，或以 make PYTHON=路徑 指定。" >&2; \
	exit 1

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "安裝執行所需的套件…"
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

setup-dev: $(VENV)/.dev

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "安裝測試所需的套件…"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

# What the benchmarks compare with has an environment of its own, which nothing else uses.
$(PEERS)/.installed: benchmarks/peers/requirements.txt | $(BIN)/python
	@echo "安裝比較對象所需的套件…"
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --no-input install --quiet --quiet \
		--require-hashes -r $<
	@touch $@

# The browser tests draw Chinese pages in a real Chromium: Debian's, with a font that has the glyphs.
setup-browser:
	@if command -v chromium >/dev/null && fc-list :lang=zh-tw 2>/dev/null | grep -q .; then exit 0; fi; \
	sudo=""; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
	if command -v apt-get >/dev/null && { [ -z "$$sudo" ] || $$sudo true 2>/dev/null; }; then \
		echo "安裝瀏覽器測試所需的 chromium 與中文字型…"; \
		{ $$sudo apt-get update -qq && \
		  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fontconfig fonts-noto-cjk; } </dev/null >/dev/null \
		|| { echo "chromium 安裝失敗，請自行安裝 chromium 與 fonts-noto-cjk 後再試。" >&2; exit 1; }; \
	else \
		echo "瀏覽器測試需要 chromium 與中文字型，請先安裝：apt-get install chromium fonts-noto-cjk" >&2; exit 1; \
	fi
