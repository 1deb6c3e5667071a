# shellcheck shell=bash disable=SC2154 # dir is the sourcing script's
# Sourced by up, down, node and load: which processes belong to a cluster's folder, how they start and how they end.
#
# Each process has a file $dir/run/NAME with its id and its start time, so that a number which the kernel has given to somebody
# else since is never signalled. The process writes that file itself before it becomes the program: whoever started it may be
# killed at any moment, there is none in which something runs unrecorded. It also carries KAB_CLUSTER=$dir in its environment, by
# which it is found when the folder was deleted under it, as tests do with temporary folders.
# $dir is the cluster's folder, set by the sourcing script.

say() { echo "kubernetes: $*" >&2; }
die() { say "$*"; exit 1; }

started_at() { # PID: its start time in clock ticks since boot; false when it is gone or only waits to be reaped
  local stat fields
  { read -r stat < "/proc/$1/stat"; } 2>/dev/null || return 1
  read -ra fields <<< "${stat##*) }" # what precedes is the program's name, in brackets, with whatever it contains
  [ "${fields[0]}" != Z ] && echo "${fields[19]}"
}

running() { # NAME: sets $pid when it runs
  local at
  pid='' at=''
  { read -r pid at < "$dir/run/$1"; } 2>/dev/null || return 1
  [ -n "$at" ] && [ "$(started_at "$pid")" = "$at" ]
}

start() { # NAME COMMAND...: in the background, with its own session, log in $dir/logs/NAME.log
  local name=$1
  shift
  mkdir -p "$dir/run" "$dir/logs"
  (
    exec 9>&- > "$dir/logs/$name.log" 2>&1 < /dev/null # 9 is the folder's lock, which must end with the script that took it
    self=$BASHPID # inside $(...) it would be another one
    echo "$self $(started_at "$self")" > "$dir/run/.$name"
    mv "$dir/run/.$name" "$dir/run/$name"
    [ "$name" = watcher ] || export KAB_CLUSTER=$dir # the watcher is who ends the others
    exec setsid "$@"
  ) &
  disown # or bash reports its end as if that were news
}

stop() { # SIGNAL NAME...: all at once; what is still there after 10 seconds is killed
  local signal=$1 name pid
  shift
  for name; do
    if running "$name"; then kill -"$signal" "$pid" 2>/dev/null || true; fi
  done
  for name; do
    for _ in {1..100}; do
      running "$name" || break
      sleep 0.1
    done
    if running "$name"; then kill -KILL "$pid" 2>/dev/null || true; fi
    rm -f "$dir/run/$name"
  done
}

await() { # SECONDS WHAT NAME COMMAND...: until COMMAND is true; fails at once, with the end of its log, when process NAME is gone
  local deadline=$((SECONDS + $1)) what=$2 process=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    [ -d "$dir/run" ] || { say "$dir was deleted meanwhile"; return 1; }
    if ! running "$process" && [ -e "$dir/run/$process" ]; then
      tail -5 "$dir/logs/$process.log" >&2
      say "$process ended by itself; its whole log is $dir/logs/$process.log"
      return 1
    fi
    if [ $SECONDS -ge "$deadline" ]; then
      tail -5 "$dir/logs/$process.log" >&2
      say "gave up waiting for $what; the log of $process is $dir/logs/$process.log"
      return 1
    fi
    sleep 0.1
  done
}

lock_folder() { # one up, down or node at a time
  mkdir -p "$dir"
  exec 9> "$dir/lock"
  flock -w 120 9 || die "another script works on $dir for more than two minutes"
}

# Ends everything that was started for $dir, also what a killed script left half-way. Pods are killed, not drained.
stop_all() {
  stop_node
  stop KILL kube-controller-manager kube-apiserver # they keep nothing; the API server would wait for open watches
  stop TERM etcd
  { grep -lszx -- "KAB_CLUSTER=$dir" /proc/[0-9]*/environ || true; } | while IFS=/ read -r _ _ pid _; do
    kill -KILL "$pid" 2>/dev/null || true
  done
}

stop_node() {
  stop KILL kube-scheduler node # `node` is the parent of the namespaces in which all the rest of the node lives: they go with it
  local name
  for name in containerd kubelet kube-proxy coredns; do rm -f "$dir/run/$name"; done
  [ -e "$dir/node/number" ] || return 0
  ip link delete "kab-$(cat "$dir/node/number")" 2>/dev/null || true
  forget_node "$(cat "$dir/node/number")"
  rm -f "$dir/node/number"
}

forget_node() { # NUMBER: what a node leaves outside its namespaces, apart from its link, by which the number is taken
  local link=kab-$1 rule path
  { iptables -t nat -S PREROUTING 2>/dev/null || true; } | while read -r _ rule; do
    # shellcheck disable=SC2086 # a rule is several words
    [[ $rule != *"-i $link "* ]] || iptables -t nat -D $rule
  done
  for _ in {1..20}; do # a control group can be removed when the kernel has buried its last process
    find /sys/fs/cgroup -maxdepth 2 -type d -name "$link" 2>/dev/null | while read -r path; do
      find "$path" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
    [ -n "$(find /sys/fs/cgroup -maxdepth 2 -type d -name "$link" 2>/dev/null)" ] || return 0
    sleep 0.1
  done
}
