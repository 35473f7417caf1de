namespace DaprMemory.Core.Memories;

/// <summary>The memories of conversations by their turns.</summary>
internal sealed class SessionTurns
{
    readonly Dictionary<string, SortedSet<Place>> _sessions = new(StringComparer.Ordinal);

    public void Add(string session, long turn, string id)
    {
        if (!_sessions.TryGetValue(session, out var places))
            _sessions[session] = places = [];
        places.Add(new Place(turn, id));
    }

    public void Remove(string session, long turn, string id)
    {
        if (!_sessions.TryGetValue(session, out var places) || !places.Remove(new Place(turn, id)))
            return;
        if (places.Count == 0)
            _sessions.Remove(session);
    }

    /// <summary>The memories of the turns that are at most <paramref name="reach"/> away, in order, those of the turn itself included.</summary>
    public IEnumerable<string> Around(string session, long turn, int reach) =>
        _sessions.TryGetValue(session, out var places)
            ? places.GetViewBetween(new Place(turn - reach, ""), new Place(turn + reach, "\uffff")).Select(place => place.Id)
            : [];

    readonly record struct Place(long Turn, string Id) : IComparable<Place>
    {
        public int CompareTo(Place other) => Turn != other.Turn ? Turn.CompareTo(other.Turn) : string.CompareOrdinal(Id, other.Id);
    }
}
