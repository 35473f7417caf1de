namespace DaprMemory.Core.Search;

/// <summary>Which memories are linked to which, either way.</summary>
internal sealed class LinkTable
{
    readonly Dictionary<string, List<string>> _incoming = new(StringComparer.Ordinal);

    public void Add(MemoryDocument document)
    {
        foreach (var link in document.Links ?? [])
        {
            if (!_incoming.TryGetValue(link, out var sources))
                _incoming.Add(link, sources = []);
            sources.Add(document.Id);
        }
    }

    public void Remove(MemoryDocument document)
    {
        foreach (var link in document.Links ?? [])
        {
            var sources = _incoming[link];
            sources.Remove(document.Id);
            if (sources.Count == 0)
                _incoming.Remove(link);
        }
    }

    /// <summary>The ids of the memories that are linked to a memory, or it to them; they need not exist.</summary>
    public IEnumerable<string> Around(MemoryDocument document) =>
        (document.Links ?? []).Concat(_incoming.GetValueOrDefault(document.Id) ?? []).Where(id => !string.Equals(id, document.Id, StringComparison.Ordinal));
}
