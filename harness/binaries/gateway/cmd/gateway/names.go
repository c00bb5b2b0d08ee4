package main

import (
	"crypto/tls"
	"net/http"
	"strings"
)

// The names of hosts are the same in capitals (RFC 3986, 3.2.2); Skipper compares them as they are written.
func withLowerHost(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		request.Host = strings.ToLower(request.Host)
		handler.ServeHTTP(writer, request)
	})
}

type certificateSource = func(*tls.ClientHelloInfo) (*tls.Certificate, error)

func forLowerName(source certificateSource) certificateSource {
	return func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		hello.ServerName = strings.ToLower(hello.ServerName)
		return source(hello)
	}
}
