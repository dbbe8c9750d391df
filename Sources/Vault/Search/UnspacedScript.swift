/// The scripts that are written without spaces between words, and Korean, whose words end in particles.
enum UnspacedScript {
    static func contains(_ scalar: Unicode.Scalar) -> Bool {
        // Most texts have none of these.
        guard scalar.value >= 0x0E01 else { return false }
        switch scalar.value {
        case 0x0E01...0x0E3A, 0x0E40...0x0E4E: return true  // Thai
        case 0x0E81...0x0ECE, 0x0EDC...0x0EDF: return true  // Lao
        case 0x1000...0x103F, 0x1050...0x108F, 0x109A...0x109D: return true  // Myanmar
        case 0xA9E0...0xA9FE, 0xAA60...0xAA7F: return true  // Myanmar
        case 0x1780...0x17D3, 0x17D7, 0x17DC...0x17DD: return true  // Khmer
        case 0x1950...0x19DF, 0x1A20...0x1A7F: return true  // Tai Le, New Tai Lue, Tai Tham
        case 0x3041...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0x1B000...0x1B16F: return true  // Kana
        case 0x3105...0x312F, 0x31A0...0x31BF: return true  // Bopomofo
        case 0x2E80...0x2FD5, 0x3005...0x3007, 0x3021...0x3029, 0x3038...0x303B: return true  // Han
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFD: return true  // Han
        case 0x1100...0x11FF, 0x3131...0x318E, 0xA960...0xA97C, 0xAC00...0xD7FB: return true  // Hangul
        default: return false
        }
    }
}
