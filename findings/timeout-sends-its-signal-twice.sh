#!/usr/bin/env bash
# timeout(1) of GNU coreutils sends the signal of its time limit to the command, and then once more to its own process
# group, in which the command is, too. A program that treats the second SIGINT or SIGTERM as "at once, without cleaning
# up" may therefore be killed by a single time limit. It mostly is not: the kernel merges a signal that is still pending,
# so whether the program sees one or two depends on the load of the machine. Signals that are queued show both. With
# --foreground there is only one.
#
# Seen with coreutils 9.1-1 and Python 3.11 of Debian 12, by running this script. Needs apt-get download, and python3.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq coreutils=9.1-1
dpkg-deb -x coreutils_9.1-1_*.deb root
timeout=$work/root/usr/bin/timeout
"$timeout" --version | head -n 1

cat >count.py <<'PYTHON'
import signal

count = 0
wanted = {signal.SIGRTMIN}
signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
signal.sigwait(wanted)
count += 1
while signal.sigtimedwait(wanted, 2):
    count += 1
print(count)
PYTHON

# Own process groups, so that nothing else is signalled.
echo "by default: $(setsid --wait "$timeout" --signal RTMIN 2 python3 count.py)" | tee seen
echo "with --foreground: $(setsid --wait "$timeout" --foreground --signal RTMIN 2 python3 count.py)" | tee -a seen
diff - seen <<'TEXT'
by default: 2
with --foreground: 1
TEXT
echo "as described"
