#!/usr/bin/env bash
# Installs the release binary and the shipped unit under a real systemd, booted
# in namespaces of its own, and proves what the unit promises.
#
#   tests/systemd.sh [BINARY]
#
# Needs root, and the folder with boot.sh, exec.sh and make-rootfs.sh that
# NEWSVANE_SYSTEMD_BOOT names (../shared/tools/systemd-boot). Without them it
# says so and ends with 0. NEWSVANE_ROOTFS is the root file system, made if it
# is not there.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${1:-target/release/newsvane}
boot=${NEWSVANE_SYSTEMD_BOOT:-../shared/tools/systemd-boot}
root=${NEWSVANE_ROOTFS:-target/systemd-root}

skip() { echo "passed over: $*"; exit 0; }
[ "$(id -u)" = 0 ] || skip "not root"
[ -x "$boot/boot.sh" ] || [ -f "$boot/boot.sh" ] || skip "no $boot"
[ -x "$binary" ] || { echo "no $binary: build it first"; exit 1; }
bash "$boot/make-rootfs.sh" "$root" || skip "the root file system cannot be made"

work=$(mktemp -d)
pid=
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

n_failed=0
proved() { echo "ok    $*"; }
failed() { echo "FELL  $*"; n_failed=$((n_failed + 1)); }
# proves WHAT COMMAND...: WHAT holds if COMMAND succeeds.
proves() { local what=$1; shift; if "$@"; then proved "$what"; else failed "$what"; fi; }
# within SECONDS COMMAND...: COMMAND succeeds before so many seconds are over.
within() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.05; done
}
ms() { date +%s%3N; }

# -- install -------------------------------------------------------------------
install -D -m 755 "$binary" "$root/usr/local/bin/newsvane"
install -D -m 644 systemd/newsvane.service "$root/etc/systemd/system/newsvane.service"
rm -rf "$root/var/lib/private/newsvane" "$root/var/lib/newsvane" "$root/var/log/journal"
rm -rf "$root/etc/systemd/system/newsvane.service.d"
mkdir -p "$root/etc/newsvane" "$root/etc/credstore" "$root/var/log/journal"
secret="whsec_$(head -c 24 /dev/urandom | base64)"
(umask 077; printf '%s\n' "$secret" > "$root/etc/credstore/newsvane.webhook-secret")
cat > "$root/etc/newsvane/newsvane.toml" <<'TOML'
[http]
# The test's server, and a private address that only the unit forbids.
allow_addresses = ["127.0.0.0/8", "10.0.0.0/8"]
spacing = "0s"
[scheduler]
min_interval = "1s"
start_spread = "1s"
[receiver.ledger]
type = "webhook"
url = "http://127.0.0.1:8000/hook"
secret_credential = "webhook-secret"
[defaults]
alert = { mode = "every", to = ["ledger"] }
TOML
good_list() {
  cat <<'TOML'
[[feed]]
url = "http://127.0.0.1:8000/feed"
every = "1s"
full_text = "never"
[[feed]]
url = "http://10.9.8.7:8000/feed"
every = "1s"
[[watch]]
id = "lights"
any = ["lighthouse"]
TOML
}
good_list > "$root/etc/newsvane/watchlist.toml"

pid=$(bash "$boot/boot.sh" "$root")
in_it() { bash "$boot/exec.sh" "$pid" "$@"; }
nsenter -t "$pid" -n ip address add 10.9.8.7/32 dev lo

# -- a feed that grows, and a ledger of what arrived ----------------------------
nsenter -t "$pid" -n python3 tests/systemd_server.py "$secret" "$work/ledger" > "$work/server.log" 2>&1 &
server=$!
ask() { in_it curl -sf "http://127.0.0.1:8000$1"; }
within 10 ask /published > /dev/null
is_polled() { [ "$(ask /polls)" != 0 ]; }
publish() { ask /publish > /dev/null; }
# Each published entry arrived, each under one id, and nothing was forged.
all_arrived() {
  [ ! -s "$work/ledger.forged" ] && [ "$(ask /published)" = "$(cut -d' ' -f1 "$work/ledger" 2>/dev/null | sort -u | wc -l)" ] \
    && [ "$(sort -u "$work/ledger" | wc -l)" = "$(cut -d' ' -f1 "$work/ledger" | sort -u | wc -l)" ]
}
main_pid() { in_it systemctl show -P MainPID newsvane; }
# The host's number of the service's process.
host_pid() { pgrep -f --ns "$pid" --nslist pid '^/usr/local/bin/newsvane run' | head -n 1; }
journal() { in_it journalctl -u newsvane --no-pager -o "${1:-cat}"; }
# The log's fields: read whole, since a reader that stops early would end
# journalctl with an error.
is_refused() { local lines; lines=$(journal json); grep -q '"a poll failed: [^"]*feed=http://10.9.8.7:8000/feed' <<< "$lines"; }
says() { local lines; lines=$(journal); grep -q -- "$1" <<< "$lines"; }
is_active() { [ "$(in_it systemctl is-active newsvane)" = active ]; }

echo "-- start"
printf '[[watch]]\nid = "broken\n' > "$root/etc/newsvane/watchlist.toml"
proves "a bad watchlist is never READY" bash -c "! bash '$boot/exec.sh' $pid systemctl start newsvane 2>/dev/null"
proves "and its place is told" says 'watchlist.toml:2:'
in_it systemctl stop newsvane
good_list > "$root/etc/newsvane/watchlist.toml"
in_it systemctl start newsvane
proves "READY comes with the store open and the watchlist compiled" says 'newsvane is ready'
proves "the store lies in the state directory, for its owner only" \
  bash -c "[ \"\$(bash '$boot/exec.sh' $pid stat -L -c %a /var/lib/newsvane/newsvane.db)\" = 600 ]"
within 10 is_polled
publish
proves "an alert arrives, signed with the credential" within 10 all_arrived

echo "-- confinement"
status() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$(host_pid)/status"; }
proves "the user is dynamic" [ "$(status Uid)" -ge 61184 ]
proves "no new privileges" [ "$(status NoNewPrivs)" = 1 ]
proves "a syscall filter" [ "$(status Seccomp)" = 2 ]
proves "no capabilities" [ "$(status CapEff)" = 0000000000000000 ]
proves "the system is read-only" bash -c "! nsenter -t $(host_pid) -m touch /usr/newsvane /etc/newsvane/x 2>/dev/null"
proves "the credential is there, and in no environment" bash -c \
  "nsenter -t $(host_pid) -m test -s /run/credentials/newsvane.service/webhook-secret && ! grep -qz whsec /proc/$(host_pid)/environ"
proves "private networks are out of reach by the unit's rule" within 10 is_refused
proves "and no answer came from there" [ "$(ask /private)" = 0 ]
exposure=$(in_it systemd-analyze security newsvane.service --no-pager | tail -n 1 | grep -oE '[0-9]+\.[0-9]+')
proves "exposure $exposure is at most 1.2" awk "BEGIN { exit !($exposure <= 1.2) }"
fields=$(journal json)
proves "journal lines have fields" grep -q '"F_FEED":"http://127.0.0.1:8000/feed"' <<< "$fields"
proves "the secret stands in no journal line" bash -c "! grep -q '${secret#whsec_}' <<< \"\$1\"" _ "$fields"

echo "-- reload"
before=$(main_pid)
printf '\n[[watch]]\nid = "tides"\nany = ["tide"]\n' >> "$root/etc/newsvane/watchlist.toml"
in_it systemctl reload newsvane
proves "a good list is taken" within 5 says 'the watchlist was read again'
printf '\n[[watch]]\nid = \n' >> "$root/etc/newsvane/watchlist.toml"
fails() { ! "$@"; }
proves "a reload of a bad list fails" fails in_it systemctl reload newsvane
proves "a bad list is refused with its place" within 5 says 'the edited watchlist has errors'
is_shown() { grep -q "not in force: .*watchlist.toml:" <<< "$(in_it systemctl status newsvane --no-pager --full 2>&1)"; }
proves "and systemctl status shows it" within 5 is_shown
publish
proves "the old one stays in use" within 10 all_arrived
proves "in the same process" [ "$(main_pid)" = "$before" ]
good_list > "$root/etc/newsvane/watchlist.toml"

echo "-- killed"
for _ in 1 2 3 4 5; do
  for _ in 1 2 3; do publish; done
  sleep 0.$((RANDOM % 9 + 1))
  before=$(main_pid)
  begun=$(ms)
  kill -9 "$(host_pid)"
  is_back() { [ "$(main_pid)" != "$before" ] && is_active; }
  within 10 is_back || true
  took=$(($(ms) - begun))
  proves "ready again $took ms after SIGKILL (at most 2000)" [ $took -le 2000 ]
done
proves "no alert was lost, none came under two ids" within 20 all_arrived

echo "-- hung"
mkdir -p "$root/etc/systemd/system/newsvane.service.d"
# Half a minute is the unit's; for this proof a shorter patience.
printf '[Service]\nWatchdogSec=3s\n' > "$root/etc/systemd/system/newsvane.service.d/patience.conf"
in_it systemctl daemon-reload
in_it systemctl restart newsvane
sleep 4
proves "a healthy process feeds the watchdog" is_active
before=$(main_pid)
kill -STOP "$(host_pid)"
is_back() { [ "$(main_pid)" != "$before" ] && is_active; }
proves "a hung one is killed and started again" within 30 is_back
publish
proves "and goes on" within 10 all_arrived

echo "-- stop"
begun=$(ms)
in_it systemctl stop newsvane
took=$(($(ms) - begun))
proves "stopped in $took ms (at most 20000)" [ $took -le 20000 ]
proves "with success" [ "$(in_it systemctl show -P Result newsvane)" = success ]
proves "having said so" says 'stopped'

[ $n_failed = 0 ] || { echo "$n_failed fell"; journal | tail -n 30; exit 1; }
