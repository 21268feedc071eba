#!/usr/bin/env bash
# To be sourced: calls methods of `swarm run` or rTorrent over its socket, with nothing but bash and Debian's base system.
#
#   source rpc.sh
#   call d.name "$(text "$hash")"
#
# SWARM_SOCKET names the socket: a path, or HOST:PORT. XML-RPC goes over SCGI, which is a length, a few headers and the body.
set -euo pipefail

socket=${SWARM_SOCKET:?set SWARM_SOCKET to the path of the socket, or to HOST:PORT}

# One parameter of a call: text, a number, the bytes of a file.
text() { printf '<param><value><string>%s</string></value></param>' "$(sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' <<<"$1")"; }
number() { printf '<param><value><i8>%d</i8></value></param>' "$1"; }
file() { printf '<param><value><base64>%s</base64></value></param>' "$(base64 -w 0 -- "$1")"; }

# call METHOD [PARAMETER...]: prints the answer as XML; a fault goes to standard error and is a failure.
call() {
    local method=$1 body length answer parameters
    shift
    parameters=$(printf '%s' "$@")
    body="<?xml version=\"1.0\"?><methodCall><methodName>$method</methodName><params>$parameters</params></methodCall>"
    length=$(printf '%s' "$body" | wc -c)
    # CONTENT_LENGTH 0 <number> 0 SCGI 0 1 0
    answer=$({
        printf '%d:CONTENT_LENGTH\0%d\0SCGI\0001\0,' $((23 + ${#length})) "$length"
        printf '%s' "$body"
    } | exchange | sed '1,/^\r*$/d')
    if [[ $answer == *"<fault>"* ]]; then
        printf '%s: %s\n' "$method" "$(values <<<"$answer" | tr '\n' ' ')" >&2
        return 1
    fi
    printf '%s\n' "$answer"
}

# Sends standard input to the socket and prints what comes back.
exchange() {
    case $socket in
        */*)
            perl -MIO::Socket::UNIX -e '
                my $socket = IO::Socket::UNIX->new(Peer => shift) or die "cannot connect: $!\n";
                local $/;
                print $socket scalar <STDIN>;
                $socket->flush;
                print while <$socket>;' "$socket"
            ;;
        *)
            exec 3<>"/dev/tcp/${socket%:*}/${socket##*:}"
            cat >&3
            cat <&3
            exec 3>&-
            ;;
    esac
}

# The plain values of an answer, one a line: each stands on a line of its own.
values() {
    tr -d '\r' | sed -n 's/^.*<value><\(string\|i8\|i4\)>\(.*\)<\/\1><\/value>.*$/\2/p' \
        | sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g'
}
