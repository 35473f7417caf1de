using System.Buffers;

namespace DaprMemory.Core.Spaces;

/// <summary>The rules that names in paths, headers and store keys obey. Each check gives the broken rule as text, or null.</summary>
public static class Names
{
    /// <summary>The longest state key, in characters.</summary>
    public const int MaxKeyLength = 512;

    static readonly SearchValues<char> TenantChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    static readonly SearchValues<char> SpaceChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-");
    static readonly SearchValues<char> KeyChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:@=-/");

    /// <summary>Checks a tenant: <c>[a-z0-9][a-z0-9-]{0,62}</c>.</summary>
    public static string? CheckTenant(ReadOnlySpan<char> name) =>
        name.Length is 0 or > 63 ? "a tenant has 1 to 63 characters"
        : name[0] == '-' ? "a tenant begins with a letter or digit"
        : name.ContainsAnyExcept(TenantChars) ? "a tenant consists of a-z, 0-9 and '-'"
        : null;

    /// <summary>Checks a space, <c>name</c> or <c>name@branch</c>, each part <c>[A-Za-z0-9._~-]{1,128}</c> and not <c>.</c> or <c>..</c>.</summary>
    public static string? CheckSpace(ReadOnlySpan<char> name)
    {
        var at = name.IndexOf('@');
        return at < 0 ? CheckName(name, "space") : CheckName(name[..at], "space") ?? CheckName(name[(at + 1)..], "space");
    }

    /// <summary>Checks a session: <c>[A-Za-z0-9._~-]{1,128}</c> and not <c>.</c> or <c>..</c>.</summary>
    public static string? CheckSession(ReadOnlySpan<char> name) => CheckName(name, "session");

    /// <summary>Checks a state key: 1 to 512 characters, segments of <c>[A-Za-z0-9._~:@=-]</c> joined by <c>/</c>, no <c>.</c> or <c>..</c> segment.</summary>
    public static string? CheckKey(ReadOnlySpan<char> key)
    {
        if (key.Length is 0 or > MaxKeyLength)
            return "a key has 1 to 512 characters";
        var odd = key.IndexOfAnyExcept(KeyChars);
        if (odd >= 0)
            return char.IsControl(key[odd])
                ? $"a key has no control characters (U+{(int)key[odd]:X4} at {odd})"
                : $"a key consists of A-Z, a-z, 0-9 and . _ ~ : @ = - / (found '{key[odd]}' at {odd})";
        foreach (var range in key.Split('/'))
        {
            var segment = key[range];
            if (segment.IsEmpty)
                return "a key has no empty segment";
            if (segment is "." or "..")
                return "a key has no '.' or '..' segment";
        }
        return null;
    }

    /// <summary>Checks an agent: 1 to 128 visible ASCII characters or spaces.</summary>
    public static string? CheckAgent(ReadOnlySpan<char> name) =>
        name.Length is 0 or > 128 ? "an agent has 1 to 128 characters"
        : name.ContainsAnyExceptInRange(' ', '~') ? "an agent consists of visible ASCII characters and spaces"
        : null;

    static string? CheckName(ReadOnlySpan<char> name, string what) =>
        name.Length is 0 or > 128 ? $"a {what} has 1 to 128 characters"
        : name.ContainsAnyExcept(SpaceChars) ? $"a {what} consists of A-Z, a-z, 0-9 and . _ ~ -"
        : name is "." or ".." ? $"a {what} is not '.' or '..'"
        : null;
}
