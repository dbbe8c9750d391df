import CLinux
import Testing

@testable import carrel

@Suite(.serialized) struct AllocatorTests {
    @Test func largeMemoryIsReturnedWithItsAllocation() throws {
        Allocator.returnMemory()
        // By default the allocations after it would not be mapped on their own any more.
        free(malloc(16 << 20))
        var held: [UnsafeMutableRawPointer] = []
        defer { for memory in held { free(memory) } }
        // The first ones may come from what other tests have left.
        for _ in 0..<12 {
            let before = mallinfo2().hblkhd
            let memory = try #require(malloc(8 << 20))
            guard mallinfo2().hblkhd >= before + 8 << 20 else {
                held.append(memory)
                continue
            }
            free(memory)
            #expect(mallinfo2().hblkhd < before + 8 << 20)
            return
        }
        Issue.record("no allocation was mapped on its own")
    }
}
