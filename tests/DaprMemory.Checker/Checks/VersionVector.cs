namespace DaprMemory.Checker.Checks;

/// <summary>What someone depends on: a floor for each space of which anything is known. Immutable, so that operations can share one.</summary>
sealed class VersionVector
{
    public static readonly VersionVector Empty = new([], []);

    readonly int[] _spaces;
    readonly Floor[] _floors;

    VersionVector(int[] spaces, Floor[] floors)
    {
        _spaces = spaces;
        _floors = floors;
    }

    public Floor this[int space] => Array.BinarySearch(_spaces, space) is >= 0 and var i ? _floors[i] : default;

    /// <summary>This vector with a floor raised.</summary>
    public VersionVector With(int space, Floor floor)
    {
        var i = Array.BinarySearch(_spaces, space);
        if (floor.Version <= (i >= 0 ? _floors[i].Version : 0))
            return this;
        if (i < 0)
            return new VersionVector([.. _spaces[..~i], space, .. _spaces[~i..]], [.. _floors[..~i], floor, .. _floors[~i..]]);
        var floors = (Floor[])_floors.Clone();
        floors[i] = floor;
        return new VersionVector(_spaces, floors);
    }

    /// <summary>The higher of both in each space.</summary>
    public VersionVector Merge(VersionVector other)
    {
        if (other._spaces.Length == 0 || ReferenceEquals(this, other) || Covers(other))
            return this;
        var spaces = new List<int>(_spaces.Length + other._spaces.Length);
        var floors = new List<Floor>(spaces.Capacity);
        for (int i = 0, j = 0; i < _spaces.Length || j < other._spaces.Length;)
        {
            var mine = i < _spaces.Length ? _spaces[i] : int.MaxValue;
            var theirs = j < other._spaces.Length ? other._spaces[j] : int.MaxValue;
            spaces.Add(Math.Min(mine, theirs));
            floors.Add(mine < theirs || (mine == theirs && _floors[i].Version >= other._floors[j].Version) ? _floors[i] : other._floors[j]);
            i += mine <= theirs ? 1 : 0;
            j += theirs <= mine ? 1 : 0;
        }
        return new VersionVector([.. spaces], [.. floors]);
    }

    bool Covers(VersionVector other)
    {
        for (int i = 0, j = 0; j < other._spaces.Length; j++)
        {
            while (i < _spaces.Length && _spaces[i] < other._spaces[j])
                i++;
            if (i == _spaces.Length || _spaces[i] != other._spaces[j] || _floors[i].Version < other._floors[j].Version)
                return false;
        }
        return true;
    }
}
