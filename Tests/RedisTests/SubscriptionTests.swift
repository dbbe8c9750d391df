import Redis
import TestSupport
import Testing

@Suite(.serialized) struct SubscriptionTests {
    @Test func messagesReachAllListenersInOrder() async throws {
        try await withRedis { redis in
            try await Subscribed.withSubscriber(redis) { subscriber in
                let first = Listener(subscriber.messages(on: "a"))
                let second = Listener(subscriber.messages(on: "a"))
                let other = Listener(subscriber.messages(on: "b"))
                for listener in [first, second, other] { try await listener.awaitListening(1) }
                let texts = (0..<500).map { "message \($0)" }
                for text in texts { try await subscriber.publish(text, on: "a") }
                try await subscriber.publish("语 \u{0}\r\n", on: "b")
                try await first.awaitMessage("message 499")
                try await second.awaitMessage("message 499")
                try await other.awaitMessage("语 \u{0}\r\n")
                #expect(first.messages == texts)
                #expect(second.messages == texts)
                #expect(other.messages.count == 1)
            }
        }
    }

    @Test func anInterruptionIsReportedAndMessagesResume() async throws {
        try await withRedisServer { server in
            try await server.withClient { redis in
                try await Subscribed.withSubscriber(redis) { subscriber in
                    let listeners = (0..<50).map { Listener(subscriber.messages(on: "channel \($0)")) }
                    for listener in listeners { try await listener.awaitListening(1) }
                    server.kill()
                    try await server.start()
                    for listener in listeners { try await listener.awaitListening(2) }
                    for number in 0..<50 { try await subscriber.publish("again", on: "channel \(number)") }
                    for listener in listeners { try await listener.awaitMessage("again") }
                    // Redis closes the connection, as it does for slow subscribers.
                    _ = try await redis.send(["CLIENT", "KILL", "TYPE", "pubsub"])
                    for listener in listeners { try await listener.awaitListening(3) }
                }
            }
        }
    }

    @Test func cancelledListenersAreRemoved() async throws {
        try await withRedis { redis in
            try await Subscribed.withSubscriber(redis) { subscriber in
                let first = Listener(subscriber.messages(on: "a"))
                let second = Listener(subscriber.messages(on: "a"))
                try await first.awaitListening(1)
                try await second.awaitListening(1)
                first.stop()
                try await subscriber.publish("one", on: "a")
                try await second.awaitMessage("one")
                second.stop()
                try await redis.await("the channel has no subscriber") {
                    try await redis.send(["PUBSUB", "CHANNELS"]).elements?.isEmpty == true
                }
                let third = Listener(subscriber.messages(on: "a"))
                try await third.awaitListening(1)
                try await subscriber.publish("two", on: "a")
                try await third.awaitMessage("two")
            }
        }
    }

    @Test func aChannelThatIsLeftAndJoinedAtOnceStaysSubscribed() async throws {
        try await withRedis { redis in
            try await Subscribed.withSubscriber(redis) { subscriber in
                // Keeps the connection in use.
                let other = Listener(subscriber.messages(on: "other"))
                try await other.awaitListening(1)
                for round in 0..<300 {
                    let listener = Listener(subscriber.messages(on: "a"))
                    try await listener.awaitListening(1)
                    try await subscriber.publish("\(round)", on: "a")
                    try await listener.awaitMessage("\(round)")
                    listener.stop()
                }
                #expect(other.timesListening == 1)
            }
        }
    }

    @Test func aSubscriberAuthenticates() async throws {
        try await withRedisServer(password: "secret") { server in
            try await server.withClient {
                $0.clientName = "listener"
            } _: { redis in
                try await Subscribed.withSubscriber(redis) { subscriber in
                    let listener = Listener(subscriber.messages(on: "a"))
                    try await listener.awaitListening(1)
                    try await subscriber.publish("x", on: "a")
                    try await listener.awaitMessage("x")
                }
            }
        }
    }

    @Test func anIdleSubscriptionIsKept() async throws {
        try await withRedisServer { server in
            try await server.withClient {
                $0.idleTimeout = .milliseconds(100)
            } _: { redis in
                try await Subscribed.withSubscriber(redis) { subscriber in
                    let listener = Listener(subscriber.messages(on: "a"))
                    try await listener.awaitListening(1)
                    try await server.withClient { other in
                        try await other.await("the subscription is pinged") {
                            let list = try await other.send(["CLIENT", "LIST", "TYPE", "pubsub"]).text ?? ""
                            return list.contains(" cmd=ping ")
                        }
                    }
                    try await subscriber.publish("x", on: "a")
                    try await listener.awaitMessage("x")
                    #expect(listener.timesListening == 1)
                }
            }
        }
    }

    @Test func aHangingServerIsDetected() async throws {
        try await withRedisServer { server in
            try await server.withClient {
                $0.idleTimeout = .milliseconds(100)
                $0.commandTimeout = .milliseconds(200)
                $0.waitTimeout = .milliseconds(200)
            } _: { redis in
                try await Subscribed.withSubscriber(redis) { subscriber in
                    let listener = Listener(subscriber.messages(on: "a"))
                    try await listener.awaitListening(1)
                    server.freeze()
                    let before = listener.timesListening
                    // All but the first take the command timeout at least; by then the subscription has given up too.
                    for _ in 0..<4 {
                        let outcome = await redis.pingOutcome()
                        #expect(outcome != nil)
                    }
                    // Reconnecting reports that messages may have been missed.
                    server.thaw()
                    try await listener.awaitListening(before + 1)
                    try await server.withClient { _ = try await $0.send(["PUBLISH", "a", "x"]) }
                    try await listener.awaitMessage("x")
                }
            }
        }
    }

    @Test func aSlowListenerLearnsThatItMissedMessages() async throws {
        try await withRedis { redis in
            try await Subscribed.withSubscriber(redis) { subscriber in
                let slow = subscriber.messages(on: "a")
                let quick = Listener(subscriber.messages(on: "a"))
                try await quick.awaitListening(1)
                for number in 0..<2000 { try await subscriber.publish("\(number)", on: "a") }
                try await quick.awaitMessage("1999")
                var seen: [RedisPush] = []
                for await push in slow {
                    seen.append(push)
                    if seen.count == 1024 { break }
                }
                #expect(seen.last == .listening(channel: "a") || seen.dropLast().last == .listening(channel: "a"))
                #expect(seen.contains { $0 == .message(channel: "a", payload: Array("1999".utf8)) })
            }
        }
    }
}
