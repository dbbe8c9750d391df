import CLinux
import Testing

@testable import carrel

@Suite(.serialized) struct AllocatorTests {
    @Test func largeMemoryIsReturnedWithItsAllocation() throws {
        Allocator.returnMemory()
        // By default the second one would come from what the first has left.
        free(malloc(16 << 20))
        let before = mallinfo2().hblkhd
        let memory = try #require(malloc(8 << 20))
        #expect(mallinfo2().hblkhd >= before + 8 << 20)
        free(memory)
        #expect(mallinfo2().hblkhd < before + 8 << 20)
    }
}
