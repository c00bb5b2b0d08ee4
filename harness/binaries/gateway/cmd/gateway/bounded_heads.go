package main

import (
	"net/http"
	"strings"
	"syscall"
)

// The most bytes of the head of a backend's answer: an ISP's own image may send one that never ends.
const maxAnswerHead = 64 << 10

// boundedHeads answers 502 for a backend whose answer has too long a head or none that can be read, and 503 for one
// that refuses connections. By itself Skipper lets a head have 10 MiB, calls the first two the gateway's own fault (500),
// and the third one 502.
type boundedHeads struct{ http.RoundTripper }

func withBoundedHeads(inner http.RoundTripper) http.RoundTripper {
	inner.(*http.Transport).MaxResponseHeaderBytes = maxAnswerHead
	return boundedHeads{inner}
}

func (bounded boundedHeads) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := bounded.RoundTripper.RoundTrip(request)
	if err == nil || !(isBadHead(err) || isRefused(err)) {
		return response, err
	}
	return answerInPlace(request, err).response(request), nil
}

// The standard library has no value for these errors.
func isBadHead(err error) bool {
	text := err.Error()
	return strings.Contains(text, "server response headers exceeded") || strings.Contains(text, "malformed ")
}

// Skipper's error of a failed dial does not unwrap.
func isRefused(err error) bool {
	return strings.Contains(err.Error(), syscall.ECONNREFUSED.Error())
}
