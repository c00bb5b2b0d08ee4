package main

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/zalando/skipper/filters"
)

// A filter of every route that hands on what both sides of an upgraded connection say, a WebSocket's for example. By
// itself Skipper reads the head of a backend's answer without a bound, and sends it to the client line by line, of which
// some clients read the first one only.
type upgrades struct{ transport http.RoundTripper }

func newUpgrades() upgrades {
	transport := &http.Transport{
		MaxResponseHeaderBytes: maxAnswerHead,
		ResponseHeaderTimeout:  time.Minute,
		TLSHandshakeTimeout:    time.Minute,
		DisableKeepAlives:      true,
		Protocols:              new(http.Protocols),
	}
	transport.Protocols.SetHTTP1(true)
	return upgrades{transport}
}

func (upgrades) Name() string { return "upgrades" }

func (each upgrades) CreateFilter([]any) (filters.Filter, error) { return each, nil }

func (each upgrades) Request(ctx filters.FilterContext) {
	backend, err := url.Parse(ctx.BackendUrl())
	if err != nil || backend.Host == "" || !asksForUpgrade(ctx.Request()) {
		return
	}
	proxy := &httputil.ReverseProxy{
		Transport: each.transport,
		ErrorHandler: func(writer http.ResponseWriter, request *http.Request, err error) {
			answerInPlace(request, err).write(writer)
		},
		Rewrite: func(request *httputil.ProxyRequest) {
			request.SetURL(backend)
			request.Out.Host = request.In.Host
			request.Out.Header["X-Forwarded-For"] = request.In.Header["X-Forwarded-For"]
		},
	}
	ctx.MarkServed()
	proxy.ServeHTTP(ctx.ResponseWriter(), ctx.Request())
}

// A backend's offer to upgrade must not go into HTTP/2 (RFC 9113, 8.2.2), which has no upgrades.
func (upgrades) Response(ctx filters.FilterContext) {
	if ctx.Request().ProtoMajor == 2 {
		ctx.Response().Header.Del("Upgrade")
	}
}

// Keeps Skipper from flushing a connection that is no longer the server's.
func withUpgrades(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if request.ProtoMajor == 1 && asksForUpgrade(request) {
			writer = &upgradeWriter{ResponseWriter: writer}
		}
		handler.ServeHTTP(writer, request)
	})
}

type upgradeWriter struct {
	http.ResponseWriter
	hijacked bool
}

func (writer *upgradeWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	connection, buffered, err := http.NewResponseController(writer.ResponseWriter).Hijack()
	writer.hijacked = err == nil
	return connection, buffered, err
}

func (writer *upgradeWriter) Flush() {
	if !writer.hijacked {
		_ = http.NewResponseController(writer.ResponseWriter).Flush()
	}
}

func asksForUpgrade(request *http.Request) bool {
	for _, value := range request.Header.Values("Connection") {
		if strings.Contains(strings.ToLower(value), "upgrade") {
			return request.Header.Get("Upgrade") != ""
		}
	}
	return false
}
