namespace DaprMemory.Core.Memories;

/// <summary>
/// Finds texts that may be much like another without reading them: texts that share most of their words mostly share the least of the
/// words' hashes, too, in most of several orders.
/// </summary>
internal sealed class NearTexts
{
    const int Bands = 5;
    const int OrdersPerBand = 3;

    // Texts made after one pattern would all meet in one place; some of them are enough.
    const int MaxInPlace = 32;

    readonly Dictionary<ulong, string[]> _places = [];

    public void Add(string id, Likeness text)
    {
        foreach (var place in PlacesOf(text.Words))
        {
            var there = _places.GetValueOrDefault(place, []);
            if (there.Length < MaxInPlace)
                _places[place] = [.. there, id];
        }
    }

    public void Remove(string id, Likeness text)
    {
        foreach (var place in PlacesOf(text.Words))
        {
            string[] left = [.. _places.GetValueOrDefault(place, []).Where(other => other != id)];
            if (left.Length > 0)
                _places[place] = left;
            else
                _places.Remove(place);
        }
    }

    /// <summary>The ids of texts that may be much like one, each once.</summary>
    public IEnumerable<string> Near(Likeness text) => PlacesOf(text.Words).SelectMany(place => _places.GetValueOrDefault(place, [])).Distinct(StringComparer.Ordinal);

    static ulong[] PlacesOf(IReadOnlyCollection<string> words)
    {
        Span<ulong> least = stackalloc ulong[Bands * OrdersPerBand];
        least.Fill(ulong.MaxValue);
        foreach (var word in words)
        {
            var hash = (ulong)(uint)string.GetHashCode(word, StringComparison.Ordinal);
            for (var order = 0; order < least.Length; order++)
                least[order] = Math.Min(least[order], Mix(hash + ((ulong)order << 32)));
        }
        var places = new ulong[Bands];
        for (var order = 0; order < least.Length; order++)
            places[order / OrdersPerBand] = Mix(places[order / OrdersPerBand] ^ (least[order] + (ulong)(order / OrdersPerBand)));
        return places;
    }

    // The finalizer of MurmurHash3, which spreads every bit over all.
    static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xff51afd7ed558ccd;
        value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53;
        return value ^ (value >> 33);
    }
}
