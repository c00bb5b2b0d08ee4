#!/bin/sh
# Does the rest of kindnetd's work: NAT towards other networks, and the queue of the policy engine.
set -eu
pods=10.244.0.0/16
nft "table ip pods { chain postrouting { type nat hook postrouting priority srcnat; ip saddr $pods ip daddr != $pods fib daddr type != local masquerade; }; }"
queue="-m conntrack --ctstate NEW -j NFQUEUE --queue-num 100"
# shellcheck disable=SC2086 # Several arguments.
for rule in "FORWARD -s $pods" "FORWARD -d $pods" "INPUT -s $pods"; do iptables --table=mangle --append $rule $queue; done
