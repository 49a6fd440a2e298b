#!/usr/bin/env sh
# Brings a browser for tests/browser where that can be done without asking: as root, by the system's own packages.
# Where it cannot, it says so and those tests are left out; in CI that is a failure.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium, in which the pages are tested …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -qq -y --no-install-recommends chromium >/dev/null 2>&1 \
        || { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; } >/dev/null 2>&1
fi

if ! command -v chromium >/dev/null 2>&1; then
    echo "****" >&2
    echo "**** NO BROWSER WAS FOUND, AND NONE COULD BE INSTALLED: the tests in tests/browser look at no page." >&2
    echo "**** Install Chromium (Debian: apt-get install chromium) and run this again." >&2
    echo "****" >&2
    [ -z "${CI:-}" ] || exit 1
fi
