package main

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
)

// Sends the head of the answer to an upgrade in one piece. Skipper writes it line by line, each a TLS record of its own,
// and some clients look at the first one only.
func withWholeHeads(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if request.ProtoMajor == 1 && request.Header.Get("Upgrade") != "" {
			writer = upgradeWriter{writer}
		}
		handler.ServeHTTP(writer, request)
	})
}

type upgradeWriter struct{ http.ResponseWriter }

func (writer upgradeWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	connection, buffered, err := http.NewResponseController(writer.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	return &wholeHead{Conn: connection}, buffered, nil
}

func (writer upgradeWriter) Flush() {
	if flusher, ok := writer.ResponseWriter.(http.Flusher); ok {
		flusher.Flush()
	}
}

// A connection that holds what is written until a head is complete.
type wholeHead struct {
	net.Conn
	head []byte
	sent bool
}

func (connection *wholeHead) Write(part []byte) (int, error) {
	if connection.sent {
		return connection.Conn.Write(part)
	}
	connection.head = append(connection.head, part...)
	if !bytes.Contains(connection.head, []byte("\r\n\r\n")) {
		return len(part), nil
	}
	connection.sent = true
	if _, err := connection.Conn.Write(connection.head); err != nil {
		return 0, err
	}
	connection.head = nil
	return len(part), nil
}
